using System.IO.Compression;
using Pth.Errors;
using Pth.Pickle;
using Pth.Tests.Formats;

namespace Pth.Tests.Pickle;

public class SharedPicklesTests
{
    [Fact]
    public void The_pickle_of_every_file_that_torch_save_wrote_is_written_as_it_was_read()
    {
        int count = 0;
        foreach (string path in SharedFixtures.Zips())
        {
            foreach ((string name, byte[] pickle) in PicklesOf(path))
            {
                var reader = new PickleReader(pickle, new ErrorLocation(path, name), ReadLimits.Default);
                PyValue value = reader.Read();

                Assert.True(pickle.AsSpan().SequenceEqual(Pickles.Write(value)), $"{path}!{name}");
                count++;
            }
        }
        Assert.True(count > 200, $"{count} pickles");
    }

    [Fact]
    public void Every_pickle_in_a_zip_can_be_read_and_written()
    {
        foreach (string path in SharedFixtures.Zips())
        {
            foreach ((_, byte[] pickle) in PicklesOf(path, ofAnyWriter: true))
            {
                byte[] written = Pickles.Write(Pickles.Read(pickle));
                Assert.Equal(written, Pickles.Write(Pickles.Read(written)));
            }
        }
    }

    /// <summary>The pickles that CPython wrote at protocol 2: not those of TorchScript, whose pickler is another.</summary>
    private static List<(string Name, byte[] Bytes)> PicklesOf(string path, bool ofAnyWriter = false)
    {
        var pickles = new List<(string Name, byte[] Bytes)>();
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            bool isTorchScript = archive.Entries.Any(entry => entry.Name == "constants.pkl");
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Name == "data.pkl"))
            {
                using Stream stream = entry.Open();
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                byte[] bytes = memory.ToArray();
                if (ofAnyWriter || (!isTorchScript && bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x80, 2])))
                {
                    pickles.Add((entry.FullName, bytes));
                }
            }
        }
        catch (InvalidDataException)
        {
            // Not every file that begins as a zip is one.
        }
        return pickles;
    }
}
