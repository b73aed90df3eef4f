using System.Buffers;
using System.Text.Json;
using Pth.Errors;
using Pth.Pickle;

namespace Pth.Tests.Pickle;

public class PickleWriterOracleTests
{
    /// <summary>File as read, file as CPython writes the same value at protocol 2.</summary>
    public static TheoryData<string, string> Rewritten
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (JsonElement row in PickleFixtures.Files)
            {
                string file = row.GetProperty("file").GetString()!;
                if (row.TryGetProperty("protocol2", out JsonElement protocol2))
                {
                    data.Add(file, protocol2.GetString()!);
                }
                else if (file.EndsWith(".p2.pkl", StringComparison.Ordinal))
                {
                    data.Add(file, file);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rewritten))]
    public void What_is_read_at_any_protocol_is_written_as_CPython_writes_it_at_protocol_2(
        string file,
        string protocol2
    )
    {
        PyValue value = new PickleReader(
            PickleFixtures.Bytes(file),
            new ErrorLocation(file),
            ReadLimits.Default
        ).Read();
        var output = new ArrayBufferWriter<byte>();

        new PickleWriter(output).Write(value);

        Assert.Equal(Convert.ToHexString(PickleFixtures.Bytes(protocol2)), Convert.ToHexString(output.WrittenSpan));
    }
}
