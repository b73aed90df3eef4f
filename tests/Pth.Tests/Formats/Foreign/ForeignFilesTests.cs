using System.Text;

namespace Pth.Tests.Formats.Foreign;

/// <summary>Files that are no checkpoints, each with what is said of it.</summary>
public class ForeignFilesTests
{
    private const string Plain = "a checkpoint of PyTorch, safetensors, NumPy or TorchSharp";
    private const string Broken = "a checkpoint: the download or the copy broke off; fetch it again";
    private const string Page =
        "a checkpoint: the server answered with a text; open the address in a browser, where it says what is missing";
    private const string Unpack = "a checkpoint: unpack it first";
    private const string Source = "the checkpoint that it was made from";
    private const string Export = "the weights: convert them with the program that made the file";

    private const string Pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 553433881\n";

    /// <summary>The first bytes (a text, or hexadecimal), then what is found and expected.</summary>
    public static TheoryData<string, string, string> Files =>
        new()
        {
            { "", "an empty file", "a checkpoint: the download or the save broke off; fetch it again" },
            {
                Pointer,
                "a Git LFS pointer to 553433881 bytes (sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393)",
                "the file itself: run 'git lfs pull'"
            },
            { "<!DOCTYPE html>\n<html><head><title>Sign in</title>", "a web page (HTML)", Page },
            { "\n  <html lang=\"en\">404</html>", "a web page (HTML)", Page },
            {
                "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
                "an XML text, as storage services answer with errors",
                Page
            },
            { "{\"error\":\"Repository not found\"}", "a JSON text that tells of an error", Page },
            { "{\"hidden_size\": 768}", "a JSON text", "the weights: a configuration or an index lies beside them" },
            { "hex:00000000000000000000000000000000", "16 bytes that are all 0", Broken },
            { "epoch,loss\n1,0.5\n", "a text that begins with 'epoch,loss'", Plain },
            { "Entry not found", "a text that begins with 'Entry not found'", Plain },
            { "hex:FFFE480069000A00", "a text in UTF-16", Plain },
            { "import torch\nmodel = torch.nn.Linear(2, 2)\n", "a Python program", "the file that it saves" },
            { "#!/usr/bin/env python3\nprint(1)\n", "a Python program", "the file that it saves" },
            { "GGUF\u0003\0\0\0\u0001\0\0\0\0\0\0\0", "a GGUF model (llama.cpp)", Source },
            { "lmgg\0\u007d\0\0", "a GGML model (llama.cpp of before 2023-08)", Source },
            { "hex:080812077079746F7263681A0532", "an ONNX model", Source },
            { "hex:894844460D0A1A0A00000000", "an HDF5 file, as Keras and MATLAB write them", Export },
            { "hex:1C00000045543132000000", "an ExecuTorch program (.pte)", Source },
            { "hex:1C00000054464C33000000", "a TensorFlow Lite model", Source },
            { "hex:1C00000050544D46000000", "a PyTorch mobile model in the flatbuffer format", Source },
            { "hex:377ABCAF271C0004", "a 7z archive", Unpack },
            { "hex:526172211A0701", "a RAR archive", Unpack },
            { "BZh91AY&SY", "a bzip2 archive", Unpack },
            { "hex:FD377A585A000004", "an xz archive", Unpack },
            { "hex:28B52FFD2000", "a Zstandard archive", Unpack },
            { "hex:504B050600000000000000000000000000000000000000", "a zip without entries", Plain },
            { "hex:89504E470D0A1A0A", "a PNG image", Plain },
            { "hex:FFD8FFE000104A464946", "a JPEG image", Plain },
            { "%PDF-1.7\n", "a PDF document", Plain },
            { "SQLite format 3\0", "an SQLite database", Plain },
            { "PAR1\u0015\u0004", "a Parquet file, which holds tables", Plain },
            { "hex:7F454C4602010100", "a program or library (ELF)", Plain },
            { "MZ\u0090\0\u0003\0", "a program or library (Windows)", Plain },
            {
                "hex:044164616D0204FCA9F1D24D62503F",
                "the state of a TorchSharp optimizer (Adam)",
                "a module's weights, which lie beside it"
            },
            { "hex:FEDCBA98765432100011", "10 bytes that begin with FEDCBA9876543210", Plain },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_is_named_with_the_next_step(string content, string found, string expected)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(Bytes(content)));
        Assert.Equal($"<memory>: found {found}, expected {expected}", error.Message);
        Assert.Equal(CheckpointErrorKind.UnknownContainer, error.Kind);
    }

    [Fact]
    public void There_are_at_least_32_kinds() => Assert.True(Files.Count >= 32);

    [Fact]
    public void A_zip_that_was_cut_is_said_to_be_cut()
    {
        byte[] zip = Saved.Bytes(TensorView.FromArray(new float[100]));
        CheckpointException error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(zip.AsMemory(0, 700)));
        Assert.Equal(
            $"<memory> @ 0x2BC: found a zip that was cut at byte 700 of {zip.Length}, as a download or a save that broke off, expected a whole file: fetch it again; 'pth recover' takes what is whole",
            error.Message
        );
        Assert.Equal(CheckpointErrorKind.Truncated, error.Kind);
    }

    [Fact]
    public void A_long_line_is_cut_at_a_whole_character_and_zeros_are_counted_to_the_end()
    {
        string text = new string('a', 39) + "🙂 and more\nof it";
        Assert.Contains($"'{text[..39]}...'", Message(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);
        var zeros = new byte[3_000_000];
        Assert.Contains("3000000 bytes that are all 0", Message(zeros), StringComparison.Ordinal);
        zeros[^1] = 1;
        Assert.Contains("3000000 bytes that begin with 0000000000000000", Message(zeros), StringComparison.Ordinal);
    }

    private static string Message(byte[] file) =>
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(file)).Message;

    private static byte[] Bytes(string content) =>
        content.StartsWith("hex:", StringComparison.Ordinal)
            ? Convert.FromHexString(content[4..])
            :
            [
                .. content
                    .EnumerateRunes()
                    .SelectMany(rune => rune.Value == 0x90 ? [(byte)0x90] : Encoding.UTF8.GetBytes(rune.ToString())),
            ];
}
