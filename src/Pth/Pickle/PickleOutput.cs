using System.Buffers;
using System.Buffers.Binary;

namespace Pth.Pickle;

/// <summary>Where opcodes and their arguments go: a small buffer in front of the real output.</summary>
internal sealed class PickleOutput(IBufferWriter<byte> output)
{
    private const int Capacity = 1 << 16;

    private readonly byte[] _buffer = new byte[Capacity];
    private int _used;

    /// <summary>The longest text whose bytes are sure to fit in the buffer with its opcode.</summary>
    public const int MaxShortText = (Capacity - 16) / 3;

    public void Write(Opcode opcode) => Reserve(1)[0] = (byte)opcode;

    public void WriteU8(Opcode opcode, byte argument)
    {
        Span<byte> bytes = Reserve(2);
        bytes[0] = (byte)opcode;
        bytes[1] = argument;
    }

    public void WriteU16(Opcode opcode, ushort argument)
    {
        Span<byte> bytes = Reserve(3);
        bytes[0] = (byte)opcode;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[1..], argument);
    }

    public void WriteI32(Opcode opcode, int argument)
    {
        Span<byte> bytes = Reserve(5);
        bytes[0] = (byte)opcode;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], argument);
    }

    public void WriteF64(Opcode opcode, double argument)
    {
        Span<byte> bytes = Reserve(9);
        bytes[0] = (byte)opcode;
        BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], argument);
    }

    /// <summary>Writes <see cref="Opcode.BINUNICODE"/> with its text.</summary>
    public void WriteText(string text)
    {
        if (text.Length <= MaxShortText)
        {
            Span<byte> bytes = Reserve(5 + (3 * text.Length));
            int length = PythonText.Encode(text, bytes[5..]);
            bytes[0] = (byte)Opcode.BINUNICODE;
            BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], length);
            _used -= bytes.Length - 5 - length;
            return;
        }
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(3 * text.Length);
        int count = PythonText.Encode(text, utf8);
        WriteI32(Opcode.BINUNICODE, count);
        Write(utf8.AsSpan(0, count));
        ArrayPool<byte>.Shared.Return(utf8);
    }

    /// <summary>Writes <see cref="Opcode.BINUNICODE"/> with the text whose characters have these numbers.</summary>
    public void WriteLatin1(ReadOnlySpan<byte> text)
    {
        const int step = Capacity / 4;
        int total = text.Length;
        foreach (byte character in text)
        {
            total += character >> 7;
        }
        WriteI32(Opcode.BINUNICODE, total);
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> piece = text[..Math.Min(step, text.Length)];
            Span<byte> utf8 = Reserve(2 * piece.Length);
            int length = 0;
            foreach (byte character in piece)
            {
                if (character < 0x80)
                {
                    utf8[length++] = character;
                }
                else
                {
                    utf8[length++] = (byte)(0xC0 | (character >> 6));
                    utf8[length++] = (byte)(0x80 | (character & 0x3F));
                }
            }
            _used -= utf8.Length - length;
            text = text[piece.Length..];
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= Capacity)
        {
            bytes.CopyTo(Reserve(bytes.Length));
            return;
        }
        Flush();
        output.Write(bytes);
    }

    public void Flush()
    {
        output.Write(_buffer.AsSpan(0, _used));
        _used = 0;
    }

    private Span<byte> Reserve(int length)
    {
        if (length > Capacity - _used)
        {
            Flush();
        }
        Span<byte> bytes = _buffer.AsSpan(_used, length);
        _used += length;
        return bytes;
    }
}
