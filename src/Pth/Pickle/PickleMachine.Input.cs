using System.Buffers.Binary;
using System.Text;

namespace Pth.Pickle;

/// <content>The input. Only <see cref="Take"/> and <see cref="TakeLine"/> move the offset, and they check that the bytes are there.</content>
internal ref partial struct PickleMachine
{
    /// <summary>Where the next byte is, in the source.</summary>
    public readonly long Position => _start + _offset;

    private Opcode ReadOpcode()
    {
        _opcodeOffset = _offset;
        return (Opcode)ReadByte();
    }

    private byte ReadByte() => Take(1)[0];

    private ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    private int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    private double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>The count of the opcodes whose counts have a sign.</summary>
    private uint ReadCount32()
    {
        int count = ReadInt32();
        return count >= 0 ? (uint)count : throw Error($"a count of {count}", "0 or more");
    }

    /// <summary>One of the two lines of <c>GLOBAL</c> and <c>INST</c>.</summary>
    private string ReadName()
    {
        ReadOnlySpan<byte> line = TakeLine();
        ChargeText(NamePrice, NameBytePrice, line.Length);
        if (!PythonText.TryDecode(line, out string? name))
        {
            throw Error("a name that is not UTF-8", "a name");
        }
        CheckName(name);
        return name;
    }

    private readonly void CheckName(string name)
    {
        if (name.Length > _limits.MaxNameLength)
        {
            throw Error(
                $"a name of {name.Length} characters",
                $"at most {_limits.MaxNameLength} (ReadLimits.MaxNameLength)",
                CheckpointErrorKind.LimitExceeded
            );
        }
    }

    private PyString ReadPersistentIdText()
    {
        ReadOnlySpan<byte> line = TakeLineOfText();
        return Ascii.IsValid(line)
            ? new PyString(Encoding.ASCII.GetString(line))
            : throw Error("a persistent id that is not ASCII", "ASCII text");
    }

    private readonly void CheckFrame(ulong length)
    {
        if (length > (ulong)(_bytes.Length - _offset))
        {
            throw RunsOut($"a frame of {length} bytes");
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _offset))
        {
            throw RunsOut($"{count} bytes to follow");
        }
        ReadOnlySpan<byte> taken = _bytes.Slice(_offset, (int)count);
        _offset += (int)count;
        return taken;
    }

    private ReadOnlySpan<byte> TakeLine()
    {
        int length = _bytes[_offset..].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw RunsOut("text without its line feed");
        }
        ReadOnlySpan<byte> line = _bytes.Slice(_offset, length);
        _offset += length + 1;
        return line;
    }

    private readonly CheckpointException RunsOut(string found)
    {
        int left = _bytes.Length - _offset;
        return _isCut
            ? Error(
                "a pickle that goes on",
                $"at most {_limits.MaxPickleLength} bytes (ReadLimits.MaxPickleLength)",
                CheckpointErrorKind.LimitExceeded
            )
            : Error($"{found} where {left} are left", "a pickle that ends with STOP", CheckpointErrorKind.Truncated);
    }
}
