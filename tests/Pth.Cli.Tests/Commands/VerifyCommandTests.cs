using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using static Pth.Cli.Tests.Tensors;

namespace Pth.Cli.Tests.Commands;

public sealed class VerifyCommandTests
{
    [Fact]
    public void A_good_file_is_good()
    {
        CliResult result = Cli.Run(
            "verify",
            Repository.PlainSample,
            "--no-prefix",
            "module.",
            "--has",
            "classifier.weight"
        );

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(6, result.Lines.Length);
        Assert.All(result.Lines, line => Assert.StartsWith("ok  ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_DataParallel_file_is_not_good_for_a_single_card()
    {
        CliResult result = Cli.Run("verify", Repository.Sample, "--no-prefix", "module.", "--has", "classifier.weight");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("93 of 93 keys begin with module.", result.Output, StringComparison.Ordinal);
        Assert.Contains("is it module.classifier.weight?", result.Output, StringComparison.Ordinal);
        Assert.Contains("--strip-prefix module.", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_bit_is_found()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Copy(Repository.PlainSample);
        long at = Offset(file, "features.10.weight") + 5;
        using (FileStream stream = File.Open(file, FileMode.Open))
        {
            stream.Position = at;
            int old = stream.ReadByte();
            stream.Position = at;
            stream.WriteByte((byte)(old ^ 1));
        }

        CliResult result = Cli.Run("verify", file, "--json");

        Assert.Equal(1, result.ExitCode);
        JsonElement failed = JsonDocument
            .Parse(result.Output)
            .RootElement.GetProperty("checks")
            .EnumerateArray()
            .First(check => !check.GetProperty("ok").GetBoolean());
        Assert.Equal("checksums", failed.GetProperty("check").GetString());
        Assert.Contains("CRC-32", failed.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_to_a_record_that_no_tensor_uses_is_found_too()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Copy(Repository.PlainSample);
        byte[] bytes = File.ReadAllBytes(file);
        int id = bytes.AsSpan().IndexOf(".data/serialization_id"u8);
        using (FileStream stream = File.Open(file, FileMode.Open))
        {
            stream.Position = bytes.AsSpan(id).IndexOfAnyInRange((byte)'1', (byte)'8') + id;
            stream.WriteByte((byte)'9');
        }

        CliResult result = Cli.Run("verify", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("serialization_id", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Sparse_tensors_are_looked_into() =>
        Assert.Contains(
            "indices",
            Cli.Run("verify", Repository.Fixture("torch-2.14.1/sparse_csr.pt")).Output,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_file_that_is_cut_off_is_no_good()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Copy(Repository.PlainSample);
        using (FileStream stream = File.Open(file, FileMode.Open))
        {
            stream.SetLength(100_000);
        }

        CliResult result = Cli.Run("verify", file);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("FAILED", result.Output, StringComparison.Ordinal);
        Assert.Contains("cut at byte 100000 of", result.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("to mend: pth recover ", result.Lines[1], StringComparison.Ordinal);
        Assert.Equal(2, result.Lines.Length);
    }

    [Fact]
    public void Every_checkpoint_of_a_folder_is_checked_and_shards_are_one()
    {
        using var folder = new TemporaryFolder();
        folder.Copy(Repository.PlainSample);
        string below = Directory.CreateDirectory(folder["below"]).FullName;
        var state = new StateDict { { "a", Tensor(1f, 2f) }, { "b", Tensor(3f, 4f) } };
        Checkpoint.SaveSharded(below, state, 8, new WriteOptions { Format = ContainerFormat.SafeTensors });
        File.WriteAllText(folder["notes.txt"], "no checkpoint");

        CliResult whole = Cli.Run("verify", folder.FullName);
        File.WriteAllText(folder["page.pth"], "<!DOCTYPE html>");
        CliResult withPage = Cli.Run("verify", folder.FullName);

        Assert.Equal(0, whole.ExitCode);
        Assert.Equal(2, whole.Lines.Count(line => line.Contains("structure", StringComparison.Ordinal)));
        Assert.Contains("2 tensors in bounds", whole.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("notes.txt", whole.Output, StringComparison.Ordinal);
        Assert.Equal(1, withPage.ExitCode);
        Assert.Contains("a web page (HTML)", withPage.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_folder_links_are_followed_to_files_and_nobody_waits_for_a_pipe()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo is used.");
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        elsewhere.Copy(Repository.PlainSample);
        string target = elsewhere[Path.GetFileName(Repository.PlainSample)];
        // As caches of models are made.
        File.CreateSymbolicLink(folder["model.pth"], target);
        File.CreateSymbolicLink(folder["notes.txt"], elsewhere["none"]);
        foreach (string name in (string[])["pipe", "pipe.pth", "pipe.json"])
        {
            using System.Diagnostics.Process mkfifo = System.Diagnostics.Process.Start("mkfifo", folder[name]);
            mkfifo.WaitForExit();
        }

        CliResult whole = Cli.Run("verify", folder.FullName);
        File.CreateSymbolicLink(folder["lost.pth"], elsewhere["none"]);
        CliResult withLost = Cli.Run("verify", folder.FullName);

        Assert.Equal(0, whole.ExitCode);
        Assert.Equal(1, whole.Lines.Count(line => line.Contains("structure", StringComparison.Ordinal)));
        Assert.Equal(2, withLost.ExitCode);
        Assert.Contains("lost.pth", withLost.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_changed_byte_of_any_record_is_found_with_the_tensors_that_it_is_in()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("a.pth", ("first", Tensor(1f, 2f, 3f)), ("second", Tensor(4.0, 5.0)));
        byte[] bytes = File.ReadAllBytes(file);
        using ZipArchive zip = new(new MemoryStream(bytes));
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using (Stream stream = entry.Open())
            {
                stream.CopyTo(content);
            }
            // Records are aligned, and nothing but the data has these bytes at such a place.
            int start = StartOf(bytes, entry.FullName);
            Assert.Equal(content.ToArray(), bytes.AsSpan(start, (int)entry.Length));
            for (int i = start; i < start + entry.Length; i++)
            {
                bytes[i] ^= 0x10;
                using (FileStream stream = File.Create(file))
                {
                    stream.Write(bytes);
                }
                CliResult result = Cli.Run("verify", file, "--skip-values");
                bytes[i] ^= 0x10;

                Assert.True(result.ExitCode == 1, $"{entry.FullName} byte {i - start}");
                string? tensor =
                    entry.FullName.EndsWith("data/0", StringComparison.Ordinal) ? "in first"
                    : entry.FullName.EndsWith("data/1", StringComparison.Ordinal) ? "in second"
                    : null;
                Assert.Contains(tensor ?? "FAILED", result.Output, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Behind the name and the extra fields of the local header.</summary>
    private static int StartOf(byte[] zip, string name)
    {
        int header = zip.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) - 30;
        return header
            + 30
            + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(header + 26))
            + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(header + 28));
    }

    [Fact]
    public void A_file_that_is_not_there_does_not_stop_the_others()
    {
        CliResult result = Cli.Run("verify", "no/such.pth", Repository.PlainSample);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("pth: no/such.pth: there is no such file\n", result.Error);
        Assert.Equal(4, result.Lines.Length);
    }

    [Fact]
    public void NaN_is_found_unless_values_are_skipped()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Save("nan.pth", ("fc.weight", Tensor(float.NaN, float.PositiveInfinity)));

        CliResult result = Cli.Run("verify", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("fc.weight has 1 NaN, 1 infinite of 2 values", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, Cli.Run("verify", file, "--skip-values").ExitCode);
    }

    private static long Offset(string file, string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(file);
        return checkpoint.StateDict[name].Storage.FileOffset!.Value;
    }
}
