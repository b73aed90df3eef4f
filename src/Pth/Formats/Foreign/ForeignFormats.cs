namespace Pth.Formats.Foreign;

/// <summary>What people take for a checkpoint, by its first bytes.</summary>
internal static class ForeignFormats
{
    private const string Unpack = "a checkpoint: unpack it first";
    private const string Export = "the weights: convert them with the program that made the file";
    private const string Source = "the checkpoint that it was made from";

    /// <summary>All kinds; the first that matches counts.</summary>
    public static IReadOnlyList<ForeignFormat> All { get; } =
    [
        new(0, [.. "GGUF"u8], "a GGUF model (llama.cpp)", Source),
        new(0, [.. "lmgg"u8], "a GGML model (llama.cpp of before 2023-08)", Source),
        new(0, [.. "fmgg"u8], "a GGML model (llama.cpp of before 2023-08)", Source),
        new(0, [.. "tjgg"u8], "a GGML model (llama.cpp of before 2023-08)", Source),
        new(0, [0x89, .. "HDF\r\n\x1A\n"u8], "an HDF5 file, as Keras and MATLAB write them", Export),
        new(4, [.. "ET12"u8], "an ExecuTorch program (.pte)", Source),
        new(4, [.. "TFL3"u8], "a TensorFlow Lite model", Source),
        new(4, [.. "PTMF"u8], "a PyTorch mobile model in the flatbuffer format", Source),
        new(0, [.. "ftrt"u8], "a TensorRT engine", Source),
        new(0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", Unpack),
        new(0, [.. "Rar!\x1A\x07"u8], "a RAR archive", Unpack),
        new(0, [.. "BZh"u8], "a bzip2 archive", Unpack),
        new(0, [0xFD, .. "7zXZ\0"u8], "an xz archive", Unpack),
        new(0, [0x28, 0xB5, 0x2F, 0xFD], "a Zstandard archive", Unpack),
        new(0, [0x04, 0x22, 0x4D, 0x18], "an LZ4 archive", Unpack),
        new(0, [.. "PK\x05\x06"u8], "a zip without entries"),
        new(0, [.. "PK\x07\x08"u8], "a part of a zip that was split", "a whole file: put the parts together"),
        new(0, [0x89, .. "PNG\r\n\x1A\n"u8], "a PNG image"),
        new(0, [0xFF, 0xD8, 0xFF], "a JPEG image"),
        new(0, [.. "GIF8"u8], "a GIF image"),
        new(8, [.. "WEBP"u8], "a WebP image"),
        new(0, [.. "%PDF-"u8], "a PDF document"),
        new(0, [.. "SQLite format 3\0"u8], "an SQLite database"),
        new(0, [.. "PAR1"u8], "a Parquet file, which holds tables"),
        new(0, [.. "ARROW1"u8], "an Arrow file, which holds tables"),
        new(0, [.. "MATLAB 5.0 MAT-file"u8], "a MATLAB file", Export),
        new(0, [0x7F, .. "ELF"u8], "a program or library (ELF)"),
        new(0, [.. "MZ"u8], "a program or library (Windows)"),
        new(0, [.. "Salted__"u8], "a file that OpenSSL encrypted", "a checkpoint: decrypt it first"),
    ];
}
