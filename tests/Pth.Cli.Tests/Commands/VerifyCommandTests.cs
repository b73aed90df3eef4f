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
        Assert.Contains("pth recover ", Assert.Single(result.Lines.Skip(1)), StringComparison.Ordinal);
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
