using CsCheck;
using Pth.Pickle;

namespace Pth.Tests.Pickle;

/// <summary>Whatever the bytes are, a value comes out or a <see cref="CheckpointException"/>, and no more memory goes in than the bytes can ask for.</summary>
public class PickleRobustnessTests
{
    public static TheoryData<string> SmallFiles =>
        [
            .. PickleFixtures
                .Files.Select(row => row.GetProperty("file").GetString()!)
                .Where(file => PickleFixtures.Bytes(file).Length < 1_200),
        ];

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public void A_cut_at_every_byte_is_noticed(string file)
    {
        byte[] bytes = PickleFixtures.Bytes(file);
        for (int length = 0; length < bytes.Length; length++)
        {
            Survive(bytes.AsMemory(0, length), mustFail: !bytes.AsSpan(0, length).Contains((byte)Opcode.STOP));
        }
    }

    [Theory]
    [MemberData(nameof(SmallFiles))]
    public void A_flip_of_every_byte_is_survived(string file)
    {
        byte[] bytes = PickleFixtures.Bytes(file);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte old = bytes[i];
            foreach (byte other in (ReadOnlySpan<byte>)[(byte)~old, (byte)(old ^ 1), 0, 0x80, (byte)Opcode.MARK])
            {
                bytes[i] = other;
                Survive(bytes);
            }
            bytes[i] = old;
        }
    }

    [Fact]
    public void Random_bytes_are_survived() => Gen.Byte.Array[0, 200].Sample(bytes => Survive(bytes), iter: 20_000);

    [Fact]
    public void Random_opcodes_are_survived()
    {
        // Opcodes with arguments that are often right get far deeper into the machine than random bytes do.
        byte[][] pieces =
        [
            .. Enum.GetValues<Opcode>().Select(opcode => new[] { (byte)opcode }),
            .. new[]
            {
                "4B01",
                "4E",
                "88",
                "5D",
                "7D",
                "8F",
                "29",
                "28",
                "28",
                "71 00",
                "71 01",
                "68 00",
                "68 01",
                "94",
                "8C 01 61",
                "58 01000000 62",
                "43 01 61",
                "47 3FF0000000000000",
                "`cm;C;`",
                "`ccollections;OrderedDict;`",
                "`c__builtin__;set;`",
                "`c__builtin__;bytes;`",
                "`c__builtin__;bytearray;`",
                "`c_codecs;encode;`",
                "`c__builtin__;getattr;`",
                "8C 06 `latin1`",
                "96 0100000000000000 61",
                "29 52",
                "85",
                "86",
                "87",
                "74",
                "52",
                "61",
                "65",
                "73",
                "75",
                "90",
                "91",
                "62",
                "81",
                "92",
                "6C",
                "64",
                "30",
                "31",
                "32",
                "51",
                "93",
                "6F",
            }.Select(Pickles.Hex),
        ];

        Gen.Int[0, pieces.Length - 1]
            .Array[1, 60]
            .Sample(
                parts => Survive(parts.SelectMany(part => pieces[part]).Append((byte)Opcode.STOP).ToArray()),
                iter: 50_000
            );
    }

    /// <summary>Reads; what could be read must also be possible to write and read again.</summary>
    private static void Survive(ReadOnlyMemory<byte> bytes, bool mustFail = false)
    {
        PyValue value;
        try
        {
            value = Pickles.Read(bytes);
        }
        catch (CheckpointException)
        {
            return;
        }
        Assert.False(mustFail);
        byte[] written;
        try
        {
            written = Pickles.Write(value);
        }
        catch (InvalidOperationException) when (bytes.Span.Contains((byte)Opcode.NEXT_BUFFER))
        {
            return;
        }
        Assert.Equal(written, Pickles.Write(Pickles.Read(written)));
    }
}
