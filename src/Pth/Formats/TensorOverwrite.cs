using System.Buffers.Binary;
using Pth.Bytes;
using Pth.Errors;
using Pth.StateDicts;
using Pth.Zip;

namespace Pth.Formats;

/// <summary>Writes the elements of a tensor over those in a file.</summary>
internal static class TensorOverwrite
{
    private const int ChunkLength = 1 << 20;

    public static EditSummary Run(string path, string name, TensorView value, Durability durability)
    {
        using ByteSource source = FileSource.Open(path);
        using ContainerContent content = Containers.Open(source, new OpenContext(ReadOptions.Default, Copies: false));
        TensorView old = Find(content.Root, name, path);
        if (old.DType != value.DType || !old.Shape.AsSpan().SequenceEqual(value.Shape.AsSpan()))
        {
            throw new ArgumentException(
                $"Found {new PyTensor(value).Describe()}, expected {new PyTensor(old).Describe()}, as '{name}' is.",
                nameof(value)
            );
        }
        ElementBytes elements = TensorElements.Open(value);
        long offset = Place(source, old, name);
        ZipEntry? entry = FindEntry(source, offset);
        uint checksum = 0;
        if (entry is { Crc32: not 0 })
        {
            // The checksum vouches for the bytes around the tensor too.
            _ = elements.Data.Length == entry.Length || old.Storage.Verify();
            checksum = ChecksumOf(source, entry, elements.Data, offset);
        }
        IReadOnlyList<long> places = entry is { Crc32: not 0 } ? ZipChecksumPlaces.Find(source, entry) : [];

        using var file = new InPlaceFile(path, durability);
        var buffer = new byte[ChunkLength];
        ForEachChunk(elements.Data, 0, elements.Data.Length, buffer, (at, chunk) => file.Write(offset + at, chunk));
        file.Flush();
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, checksum);
        foreach (long place in places)
        {
            file.Write(place, bytes);
        }
        file.Flush();
        return new EditSummary(IsInPlace: true, elements.Data.Length + (places.Count * sizeof(uint)));
    }

    private static TensorView Find(PyValue root, string name, string path)
    {
        foreach (NamedTensor named in TensorPaths.Collect(root, ReadLimits.Trusted, new ErrorLocation(path)))
        {
            if (named.Name == name)
            {
                return named.Tensor;
            }
        }
        throw new ArgumentException($"'{path}' has no tensor '{name}'.", nameof(name));
    }

    /// <summary>Where the tensor's elements begin in the file.</summary>
    private static long Place(ByteSource source, TensorView view, string name)
    {
        bool isPlain =
            view.IsContiguous && !view.IsNegated && !view.IsConjugated && view.Layout == TensorLayout.Strided;
        if (!isPlain || view.Storage.IsMeta || (view.DType.ValuesPerByte > 1 && view.Offset != 0))
        {
            throw new InvalidOperationException(
                $"'{name}' does not lie in the file without gaps and as it is meant: save a new file."
            );
        }
        (ByteSource whole, long offset) = view.Storage.Data.Locate();
        // In a container within another one, the checksums of both would have to follow.
        if (!ReferenceEquals(whole, source) || view.Storage.FileOffset != offset)
        {
            throw new InvalidOperationException(
                $"'{name}' does not lie in the file as it is: it is compressed, in another byte order, or in a file within it. Save a new file."
            );
        }
        return offset + (view.DType.ValuesPerByte > 1 ? 0 : view.Offset * view.DType.ItemSize);
    }

    private static ZipEntry? FindEntry(ByteSource source, long offset)
    {
        if (!Containers.IsZip(source))
        {
            return null;
        }
        return ZipArchiveReader
            .Open(source, ReadLimits.Trusted)
            .Entries.FirstOrDefault(entry =>
                entry.DataOffset <= offset && offset < entry.DataOffset + entry.CompressedLength
            );
    }

    private static uint ChecksumOf(ByteSource source, ZipEntry entry, ByteSource elements, long offset)
    {
        uint crc = 0;
        var buffer = new byte[ChunkLength];
        long before = offset - entry.DataOffset;
        long behind = before + elements.Length;
        ByteSource record = source.Slice(entry.DataOffset, entry.Length);
        void Add(long at, ReadOnlySpan<byte> chunk) => crc = FastCrc32.Append(crc, chunk);
        ForEachChunk(record, 0, before, buffer, Add);
        ForEachChunk(elements, 0, elements.Length, buffer, Add);
        ForEachChunk(record, behind, record.Length - behind, buffer, Add);
        return crc;
    }

    private static void ForEachChunk(ByteSource source, long offset, long length, byte[] buffer, ChunkAction take)
    {
        for (long done = 0; done < length; )
        {
            int count = (int)Math.Min(buffer.Length, length - done);
            take(done, source.Read(offset + done, count, buffer));
            done += count;
        }
    }

    private delegate void ChunkAction(long at, ReadOnlySpan<byte> chunk);
}
