using Pth.Bytes;
using Pth.Errors;
using Pth.Formats.BarePickle;
using Pth.Formats.Foreign;
using Pth.Formats.Numpy;
using Pth.Formats.SafeTensors;
using Pth.Formats.Sharded;
using Pth.Formats.TorchLegacy;
using Pth.Formats.TorchPackage;
using Pth.Formats.TorchScript;
using Pth.Formats.TorchSharp;
using Pth.Formats.TorchTar;
using Pth.Formats.TorchZip;
using Pth.Formats.Wrapped;
using Pth.Zip;

namespace Pth.Formats;

/// <summary>All containers that Pth reads and writes; the readers in the order in which they are tried. The content decides, never the file's name.</summary>
internal static class Containers
{
    private static ReadOnlySpan<byte> ZipMagic => "PK\x03\x04"u8;

    /// <summary>What begins like a zip, the most particular first.</summary>
    private static IZipContainerReader[] ZipReaders { get; } =
    [
        new NpzReader(),
        new TorchPackageReader(),
        new TorchScriptReader(),
        new ScriptModelReader(),
        new TorchZipReader(),
        new ZipWrapperReader(),
    ];

    /// <summary>Everything else, the most particular first.</summary>
    private static IContainerReader[] Readers { get; } =
    [
        new TorchLegacyReader(),
        new TorchTarReader(),
        new SafeTensorsReader(),
        new ShardIndexReader(),
        new NpyReader(),
        new GzipReader(),
        new TarWrapperReader(),
        new TorchSharpReader(),
        // What is a pickle shows only when it is read.
        new BarePickleReader(),
    ];

    /// <summary>What lies in several files of a folder, the most particular first.</summary>
    private static IFolderReader[] FolderReaders { get; } = [new ShardedFolderReader(), new ExtractedFolderReader()];

    /// <summary>What writes a format.</summary>
    public static IContainerWriter WriterOf(ContainerFormat format) =>
        format switch
        {
            ContainerFormat.TorchZip => new TorchZipWriter(),
            ContainerFormat.TorchLegacy => new TorchLegacyWriter(),
            ContainerFormat.SafeTensors => new SafeTensorsWriter(),
            ContainerFormat.TorchSharp => new TorchSharpWriter(),
            ContainerFormat.Npz => new NpzWriter(),
            ContainerFormat.Npy => new NpyContainerWriter(),
            _ => throw new ArgumentException($"Found {format}, expected a format that is written.", nameof(format)),
        };

    /// <summary>Opens a file or a folder; the content owns it.</summary>
    public static ContainerContent Open(string path, OpenContext context) =>
        Directory.Exists(path)
            ? OpenFolder(path, context)
            : OpenOwned(FileSource.Open(path, context.Options.CancellationToken), context);

    /// <summary>Opens a source; the content owns it.</summary>
    public static ContainerContent OpenOwned(ByteSource source, OpenContext context)
    {
        try
        {
            ContainerContent content = Open(source, context);
            if (content.Memory is null)
            {
                return content with { Owned = [.. content.Owned, source] };
            }
            source.Dispose();
            return content;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Opens a source, which stays the caller's.</summary>
    public static ContainerContent Open(ByteSource source, OpenContext context)
    {
        context = context.For(source.Length);
        if (IsZip(source))
        {
            ZipArchiveReader zip = OpenZip(source, context.Options.Limits);
            // What PyTorch began to write and is none of them is told what torch.save would have written.
            IZipContainerReader zipReader =
                Array.Find(ZipReaders, candidate => candidate.Recognizes(zip)) ?? new TorchZipReader();
            return zipReader.Open(source, zip, context);
        }
        if (Array.Find(Readers, candidate => candidate.Recognizes(source)) is not { } reader)
        {
            throw ForeignFiles.Explain(source);
        }
        return context.Copies && !reader.MakesOwnMemory
            ? OpenCopy(source, reader, context)
            : reader.Open(source, context);
    }

    /// <summary>Whether some reader takes it for its own.</summary>
    public static bool Recognizes(ByteSource source) =>
        IsZip(source) || Array.Exists(Readers, candidate => candidate.Recognizes(source));

    /// <summary>Whether the content begins as a zip does.</summary>
    public static bool IsZip(ByteSource source)
    {
        Span<byte> buffer = stackalloc byte[ZipMagic.Length];
        return source.Read(0, (int)Math.Min(source.Length, buffer.Length), buffer).SequenceEqual(ZipMagic);
    }

    private static ZipArchiveReader OpenZip(ByteSource source, ReadLimits limits)
    {
        try
        {
            return ZipArchiveReader.Open(source, limits);
        }
        catch (CheckpointException cut) when (cut.Kind == CheckpointErrorKind.Truncated)
        {
            throw TorchZipCut.Explain(source, limits, cut);
        }
    }

    private static ContainerContent OpenCopy(ByteSource source, IContainerReader reader, OpenContext context)
    {
        var memory = new NativeMemorySource(source.Length, source.Name);
        try
        {
            CopyRange[] whole = [new(source, 0)];
            ParallelCopy.Run(whole, memory, false, context.Options.Progress, context.Options.CancellationToken);
            return reader.Open(memory, context) with { Memory = memory };
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static ContainerContent OpenFolder(string path, OpenContext context) =>
        Array.Find(FolderReaders, candidate => candidate.Recognizes(path)) is { } reader
            ? reader.Open(path, context)
            : throw new ErrorLocation(path).Error(
                CheckpointErrorKind.UnknownContainer,
                "a folder without a checkpoint in it",
                "an index of shards, shards, or one file of weights"
            );
}
