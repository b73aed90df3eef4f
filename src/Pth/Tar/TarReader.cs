using System.Diagnostics.CodeAnalysis;
using Pth.Bytes;
using Pth.Errors;

namespace Pth.Tar;

/// <summary>Reads the entries of a tar in their order: of POSIX (ustar, pax) and of GNU. Nothing is extracted.</summary>
/// <param name="source">The archive, not compressed.</param>
/// <param name="location">What errors call it.</param>
/// <param name="limits">How much it may ask for.</param>
internal sealed class TarReader(ByteSource source, ErrorLocation location, ReadLimits limits)
{
    /// <summary>The longest extended header. Those of real archives have some hundred bytes.</summary>
    private const int MaxHeaderLength = 1 << 20;

    private PaxRecords _global = new();
    private long _position;
    private int _count;
    private bool _isAtEnd;

    /// <summary>Whether a source begins with a header of a tar.</summary>
    public static bool IsAt(ByteSource source)
    {
        if (source.Length < TarFormat.BlockLength)
        {
            return false;
        }
        Span<byte> buffer = stackalloc byte[TarFormat.BlockLength];
        ReadOnlySpan<byte> block = source.Read(0, buffer.Length, buffer);
        return block.IndexOfAnyExcept((byte)0) >= 0 && TarFormat.IsHeader(block);
    }

    /// <summary>Reads the next entry.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="CheckpointException">
    /// <see cref="CheckpointErrorKind.InvalidTar"/>, <see cref="CheckpointErrorKind.Truncated"/>, <see cref="CheckpointErrorKind.Unsupported"/> or
    /// <see cref="CheckpointErrorKind.LimitExceeded"/>.
    /// </exception>
    public bool TryReadNext([NotNullWhen(true)] out TarEntry? entry)
    {
        Span<byte> buffer = stackalloc byte[TarFormat.BlockLength];
        PaxRecords records = _global;
        entry = null;
        while (TryReadHeader(buffer))
        {
            byte type = TarFormat.TypeOf(buffer);
            long length = SizeOf(buffer);
            switch (type)
            {
                case TarFormat.PaxHeader:
                    records = records.Copy();
                    records.Read(ReadContent(length), location.At(_position));
                    break;
                case TarFormat.PaxGlobalHeader:
                    _global = _global.Copy();
                    _global.Read(ReadContent(length), location.At(_position));
                    records = _global;
                    break;
                case TarFormat.GnuLongName:
                    records = records.Copy();
                    records.Path = TarFormat.Text(ReadContent(length));
                    break;
                case TarFormat.GnuLongLink:
                    records = records.Copy();
                    records.Link = TarFormat.Text(ReadContent(length));
                    break;
                default:
                    entry = Make(buffer, type, length, records);
                    return true;
            }
            Skip(length);
        }
        if (records != _global)
        {
            throw location
                .At(_position)
                .Error(CheckpointErrorKind.Truncated, "the end behind an extended header", "the entry that it is for");
        }
        return false;
    }

    private TarEntry Make(ReadOnlySpan<byte> header, byte type, long length, PaxRecords records)
    {
        long offset = _position;
        ErrorLocation here = location.At(offset - TarFormat.BlockLength);
        if (type == TarFormat.GnuSparse || records.IsSparse)
        {
            throw here.Error(CheckpointErrorKind.Unsupported, "a sparse entry", "entries in one piece");
        }
        if (++_count > limits.MaxRecords)
        {
            throw here.Error(
                CheckpointErrorKind.LimitExceeded,
                "more entries",
                $"at most {limits.MaxRecords} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxRecords)})"
            );
        }
        string name = records.Path ?? TarFormat.NameOf(header);
        if (name.Length > limits.MaxNameLength)
        {
            throw here.Error(
                CheckpointErrorKind.LimitExceeded,
                $"a name of {name.Length} characters",
                $"at most {limits.MaxNameLength} ({nameof(ReadLimits)}.{nameof(ReadLimits.MaxNameLength)})"
            );
        }
        TarEntryType kind = KindOf(type, name);
        // Links have a size in some archives, and never a content.
        length = kind is TarEntryType.HardLink or TarEntryType.SymbolicLink ? 0 : records.Size ?? length;
        if (length > source.Length - offset)
        {
            throw here.Error(
                CheckpointErrorKind.Truncated,
                $"{source.Length - offset} bytes behind the header of '{name}'",
                $"its {length}"
            );
        }
        Skip(length);
        return new TarEntry(
            name,
            kind,
            offset - TarFormat.BlockLength,
            offset,
            length,
            records.Link ?? TarFormat.LinkOf(header)
        );
    }

    private static TarEntryType KindOf(byte type, string name) =>
        type switch
        {
            // Before POSIX a folder was a file whose name ends with a slash.
            0 or (byte)'0' when name.EndsWith('/') => TarEntryType.Folder,
            0 or (byte)'0' or (byte)'7' => TarEntryType.File,
            (byte)'1' => TarEntryType.HardLink,
            (byte)'2' => TarEntryType.SymbolicLink,
            (byte)'5' => TarEntryType.Folder,
            _ => TarEntryType.Other,
        };

    /// <returns>False at the end: a block of zeros, or where the archive ends without one.</returns>
    private bool TryReadHeader(Span<byte> buffer)
    {
        if (_isAtEnd || _position == source.Length)
        {
            return false;
        }
        ErrorLocation here = location.At(_position);
        if (source.Length - _position < TarFormat.BlockLength)
        {
            throw here.Error(CheckpointErrorKind.Truncated, $"{source.Length - _position} bytes", "a header of 512");
        }
        source.CopyTo(_position, buffer);
        if (buffer.IndexOfAnyExcept((byte)0) < 0)
        {
            _isAtEnd = true;
            return false;
        }
        if (!TarFormat.IsHeader(buffer))
        {
            throw here.Error(
                CheckpointErrorKind.InvalidTar,
                "a block without the sum that it records",
                "the header of an entry"
            );
        }
        _position += TarFormat.BlockLength;
        return true;
    }

    private long SizeOf(ReadOnlySpan<byte> header) =>
        TarFormat.TryReadNumber(TarFormat.SizeOf(header), out long size)
            ? size
            : throw location
                .At(_position - TarFormat.BlockLength)
                .Error(CheckpointErrorKind.InvalidTar, "a size that is no number", "one of at most 64 bits");

    private byte[] ReadContent(long length)
    {
        ErrorLocation here = location.At(_position);
        if (length > MaxHeaderLength)
        {
            throw here.Error(
                CheckpointErrorKind.LimitExceeded,
                $"an extended header of {length} bytes",
                $"at most {MaxHeaderLength}"
            );
        }
        if (length > source.Length - _position)
        {
            throw here.Error(
                CheckpointErrorKind.Truncated,
                $"{source.Length - _position} bytes",
                $"an extended header of {length}"
            );
        }
        var content = new byte[length];
        source.CopyTo(_position, content);
        return content;
    }

    /// <summary>Goes behind a content, which is proved to be there; the blanks that fill its last block may be missing at the very end.</summary>
    private void Skip(long length)
    {
        long left = source.Length - _position - length;
        long fill = (TarFormat.BlockLength - (length % TarFormat.BlockLength)) % TarFormat.BlockLength;
        _position += length + Math.Min(left, fill);
    }
}
