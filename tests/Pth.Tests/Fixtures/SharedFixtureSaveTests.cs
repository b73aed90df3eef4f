using Pth.Bytes;
using Pth.Tests.Formats;
using Pth.Zip;

namespace Pth.Tests.Fixtures;

/// <summary>Real checkpoints from many hands, read and written again: <c>shared/fixtures</c> beside the project.</summary>
public class SharedFixtureSaveTests(ITestOutputHelper output)
{
    private const string SerializationId = ".data/serialization_id";

    /// <summary>Files that <c>torch.save</c> of PyTorch 1.9 or later did not write as it is, so that saving them again may differ.</summary>
    private static readonly Dictionary<string, string> NotReproducible = new(StringComparer.Ordinal)
    {
        ["pickle_protocol3.pt"] = "pickle protocol 3",
        ["pickle_protocol4.pt"] = "pickle protocol 4",
        ["pickle_protocol5.pt"] = "pickle protocol 5",
    };

    [Fact]
    public void Saved_again_a_file_of_PyTorch_1_9_or_later_has_the_same_bytes()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var failures = new List<string>();
        foreach (string path in SharedFixtures.Zips())
        {
            string outcome;
            try
            {
                outcome = SaveAgain(path);
            }
            catch (Exception error)
            {
                failures.Add($"{path}: {error.Message}");
                outcome = "failed";
            }
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
        }
        Outcomes.Report(output, counts);
        Assert.True(failures.Count == 0, string.Join("\n", failures));
        int same = counts
            .Where(row => row.Key.StartsWith("same bytes", StringComparison.Ordinal))
            .Sum(row => row.Value);
        Assert.True(same > 150, "nearly nothing was compared");
    }

    private static string SaveAgain(string path)
    {
        if (NotReproducible.TryGetValue(Path.GetFileName(path), out string? reason))
        {
            return $"not by torch.save as it is: {reason}";
        }
        Checkpoint checkpoint;
        try
        {
            checkpoint = Checkpoint.Open(path);
        }
        catch (CheckpointException error)
        {
            return $"does not open: {error.Kind}";
        }
        using (checkpoint)
        {
            if (checkpoint.Container.Kind != "torch-zip")
            {
                return $"not by torch.save: {checkpoint.Container.Kind}";
            }
            if (checkpoint.Container.Writer.Contains("1.6", StringComparison.Ordinal))
            {
                return "of PyTorch 1.6 to 1.8";
            }
            using var saved = new MemoryStream();
            Checkpoint.Save(saved, checkpoint.Root, Resave.Options(checkpoint.Container));
            byte[] expected = File.ReadAllBytes(path);
            if (expected.AsSpan().SequenceEqual(saved.ToArray()))
            {
                return $"same bytes, {checkpoint.Container.Writer}";
            }
            if (DiffersInIdOnly(expected, saved.ToArray()))
            {
                return $"same bytes but the 40 digits of the id (macOS, Windows), {checkpoint.Container.Writer}";
            }
            Resave.AssertSameBytes(expected, saved.ToArray());
            return "";
        }
    }

    /// <summary>The id is computed by the C++ library of the writer's system; the record's checksum follows it.</summary>
    private static bool DiffersInIdOnly(byte[] expected, byte[] actual)
    {
        if (expected.Length != actual.Length)
        {
            return false;
        }
        using var source = new MemorySource(expected);
        ZipArchiveReader zip = ZipArchiveReader.Open(source, ReadLimits.Default);
        if (zip.Entries[^1] is not { } id || !id.Name.EndsWith(SerializationId, StringComparison.Ordinal))
        {
            return false;
        }
        long idEnd = id.DataOffset + id.Length + 8;
        int crcInDirectory = expected.AsSpan().LastIndexOf(System.Text.Encoding.UTF8.GetBytes(id.Name)) - 30;
        for (int i = 0; i < expected.Length; i++)
        {
            bool allowed = (i >= id.DataOffset && i < idEnd) || (i >= crcInDirectory && i < crcInDirectory + 4);
            if (expected[i] != actual[i] && !allowed)
            {
                return false;
            }
        }
        return true;
    }
}
