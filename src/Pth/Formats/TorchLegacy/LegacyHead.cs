using System.Numerics;
using Pth.Bytes;
using Pth.Errors;
using Pth.Pickle;

namespace Pth.Formats.TorchLegacy;

/// <summary>What stands before the object: three pickles.</summary>
/// <remarks>Source: <c>torch/serialization.py</c> (<c>MAGIC_NUMBER</c>, <c>PROTOCOL_VERSION</c>, <c>_legacy_save</c>).</remarks>
internal static class LegacyHead
{
    /// <summary>The version of the stream, never another.</summary>
    public const int ProtocolVersion = 1001;

    /// <summary>The longest that a pickler writes of the magic number: as text.</summary>
    private const int LongestMagic = 64;

    /// <summary>What the first pickle is.</summary>
    public static BigInteger Magic { get; } = BigInteger.Parse("119547037146038801333356");

    /// <summary>Whether a source begins with the magic number, in a pickle of any protocol.</summary>
    public static bool IsAt(ByteSource source)
    {
        Span<byte> buffer = stackalloc byte[LongestMagic];
        ReadOnlySpan<byte> head = source.Read(0, (int)Math.Min(source.Length, LongestMagic), buffer);
        if (head is not [(byte)Opcode.PROTO or (byte)Opcode.LONG, ..])
        {
            return false;
        }
        try
        {
            var reader = new PickleReader(head.ToArray(), new ErrorLocation(source.Name), ReadLimits.Default);
            return reader.Read() is PyInt number && number.Value == Magic;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    /// <summary>Reads the head.</summary>
    /// <returns>What the system was that wrote the file: <c>little_endian</c> and the sizes of its types. PyTorch reads nothing in it.</returns>
    public static PyValue Read(PickleReader reader, ErrorLocation location)
    {
        _ = reader.Read();
        long offset = reader.Position;
        PyValue version = reader.Read();
        if (version is not PyInt number || number.Value != ProtocolVersion)
        {
            throw location
                .At(offset)
                .Error(
                    CheckpointErrorKind.Unsupported,
                    version is PyInt other ? $"version {other.Value} of the stream" : version.Describe(),
                    $"{ProtocolVersion}"
                );
        }
        return reader.Read();
    }

    /// <summary>The three values of a file that is written here.</summary>
    public static IEnumerable<PyValue> Make() =>
        [
            new PyInt(Magic),
            new PyInt(ProtocolVersion),
            new PyDict
            {
                [new PyString("protocol_version")] = new PyInt(ProtocolVersion),
                [new PyString("little_endian")] = PyBool.True,
                [new PyString("type_sizes")] = new PyDict
                {
                    [new PyString("short")] = new PyInt(2),
                    [new PyString("int")] = new PyInt(4),
                    [new PyString("long")] = new PyInt(4),
                },
            },
        ];
}
