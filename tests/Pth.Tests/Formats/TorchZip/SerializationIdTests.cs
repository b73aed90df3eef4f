using System.IO.Compression;
using System.Text;
using Pth.Formats.TorchZip;

namespace Pth.Tests.Formats.TorchZip;

public class SerializationIdTests
{
    [Theory]
    [InlineData("", 6142509188972423790)]
    [InlineData("data.pkl", 4941642132189851806)]
    [InlineData("data/12345678", 5282018797604968451)]
    public void Hash_is_that_of_GCC(string text, ulong expected)
    {
        Assert.Equal(expected, LibStdCppStringSet.Hash(Encoding.UTF8.GetBytes(text)));
    }

    // Made by a C++ program with GCC 12: data/0 to data/(n-1) put into an unordered_set, and its hashes combined in its order.
    [Theory]
    [InlineData(3, "07060630556208826787")]
    [InlineData(14, "06998867835279999451")]
    [InlineData(30, "03857216326597741604")]
    [InlineData(1000, "05459194408603913877")]
    [InlineData(70000, "16084158400174921246")]
    public void Names_are_combined_in_the_order_of_GCCs_set(int count, string expected)
    {
        var id = new SerializationId();
        for (int i = 0; i < count; i++)
        {
            id.Add($"data/{i}", 0, []);
        }
        Assert.Equal(expected + new string('0', 20), id.ToString());
    }

    [Fact]
    public void Every_id_in_the_shared_fixtures_is_computed()
    {
        int equal = 0;
        var different = new List<string>();
        foreach (string path in SharedFixtures.Zips())
        {
            if (Compute(path) is not var (recorded, computed))
            {
                continue;
            }
            if (recorded == computed)
            {
                equal++;
            }
            // Files from macOS and Windows differ in the names' half only; two were written with checksums switched off.
            else if (path.Contains("oracle", StringComparison.Ordinal) || recorded[20..] != computed[20..])
            {
                different.Add($"{path}: {recorded} recorded, {computed} computed");
            }
        }
        Assert.Empty(different);
        Assert.True(equal > 100, $"Only {equal} ids were equal.");
    }

    private static (string Recorded, string Computed)? Compute(string path)
    {
        const string IdName = ".data/serialization_id";
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            var id = new SerializationId();
            string? recorded = null;
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                string name = entry.FullName[(entry.FullName.IndexOf('/', StringComparison.Ordinal) + 1)..];
                using Stream data = entry.Open();
                if (name == IdName)
                {
                    recorded = new StreamReader(data).ReadToEnd();
                    continue;
                }
                var head = new byte[8];
                int length = data.ReadAtLeast(head, 8, throwOnEndOfStream: false);
                id.Add(name, entry.Crc32, head.AsSpan(0, length));
            }
            return recorded is null ? null : (recorded, id.ToString());
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
