using System.Text.Json;
using Pth.Errors;
using Pth.Pickle;

namespace Pth.Tests.Pickle;

public class PickleReaderOracleTests
{
    public static TheoryData<string> FileNames =>
        [.. PickleFixtures.Files.Select(file => file.GetProperty("file").GetString()!)];

    public static TheoryData<string, string> RefusedStreams
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (JsonElement row in PickleFixtures.Refused)
            {
                data.Add(row.GetProperty("hex").GetString()!, row.GetProperty("reason").GetString()!);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public void What_CPython_wrote_is_read_as_CPython_reads_it(string file)
    {
        JsonElement row = PickleFixtures.Files.Single(row => row.GetProperty("file").GetString() == file);
        var reader = new PickleReader(PickleFixtures.Bytes(file), new ErrorLocation(file), ReadLimits.Default);

        PyValue value = reader.Read();

        PickleMatch.Check(PickleFixtures.Content(row.GetProperty("content").GetString()!), value);
        // PROTO may also come later, but the file's own protocol is then not what it says.
        Assert.Equal(file == "hand_late_proto.pkl" ? 2 : row.GetProperty("protocol").GetInt32(), reader.Protocol);
    }

    [Theory]
    [MemberData(nameof(RefusedStreams))]
    public void What_CPython_refuses_is_refused(string hex, string reason)
    {
        var reader = new PickleReader(Convert.FromHexString(hex), new ErrorLocation("x"), ReadLimits.Default);

        var error = Assert.Throws<CheckpointException>(reader.Read);

        Assert.True(
            error.Kind
                is CheckpointErrorKind.InvalidPickle
                    or CheckpointErrorKind.Truncated
                    or CheckpointErrorKind.Unsupported,
            $"{error.Kind} for {reason}"
        );
        Assert.NotNull(error.Offset);
    }
}
