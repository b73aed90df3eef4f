namespace Pth.Pickle;

/// <summary>What is known of each instruction without running it: its argument, its protocol and what it does to the height of the stack.</summary>
/// <param name="Argument">What follows it.</param>
/// <param name="Protocol">The first protocol that has it.</param>
/// <param name="Pops">How many values it takes; <see cref="ToMark"/>: all down to the mark, and the mark.</param>
/// <param name="Pushes">How many it leaves.</param>
/// <param name="IsText">Whether protocols from 1 on write the same in a shorter way.</param>
internal sealed record OpcodeFacts(PickleArgument Argument, int Protocol, int Pops, int Pushes, bool IsText = false)
{
    public const int ToMark = -1;

    private static readonly OpcodeFacts?[] All = Make();

    /// <summary>The facts of an instruction; null for a byte that is none.</summary>
    public static OpcodeFacts? Of(Opcode opcode) => All[(byte)opcode];

    private static OpcodeFacts?[] Make()
    {
        var all = new OpcodeFacts?[256];
        AddConstants(all);
        AddContainers(all);
        AddStackAndMemo(all);
        AddObjects(all);
        return all;
    }

    private static void AddConstants(OpcodeFacts?[] all)
    {
        Add(all, PickleArgument.Line, 0, 0, 1, [Opcode.INT, Opcode.LONG, Opcode.FLOAT, Opcode.STRING, Opcode.UNICODE]);
        Add(all, PickleArgument.Int32, 1, 0, 1, [Opcode.BININT]);
        Add(all, PickleArgument.UInt8, 1, 0, 1, [Opcode.BININT1]);
        Add(all, PickleArgument.UInt16, 1, 0, 1, [Opcode.BININT2]);
        Add(all, PickleArgument.Double, 1, 0, 1, [Opcode.BINFLOAT]);
        Add(all, PickleArgument.Counted8, 1, 0, 1, [Opcode.SHORT_BINSTRING]);
        Add(all, PickleArgument.CountedInt32, 1, 0, 1, [Opcode.BINSTRING]);
        Add(all, PickleArgument.CountedUInt32, 1, 0, 1, [Opcode.BINUNICODE]);
        Add(all, PickleArgument.Counted8, 2, 0, 1, [Opcode.LONG1]);
        Add(all, PickleArgument.CountedInt32, 2, 0, 1, [Opcode.LONG4]);
        Add(all, PickleArgument.Counted8, 3, 0, 1, [Opcode.SHORT_BINBYTES]);
        Add(all, PickleArgument.CountedUInt32, 3, 0, 1, [Opcode.BINBYTES]);
        Add(all, PickleArgument.Counted8, 4, 0, 1, [Opcode.SHORT_BINUNICODE]);
        Add(all, PickleArgument.Counted64, 4, 0, 1, [Opcode.BINUNICODE8, Opcode.BINBYTES8]);
        Add(all, PickleArgument.Counted64, 5, 0, 1, [Opcode.BYTEARRAY8]);
        Add(all, PickleArgument.None, 0, 0, 1, [Opcode.NONE]);
        Add(all, PickleArgument.None, 2, 0, 1, [Opcode.NEWTRUE, Opcode.NEWFALSE]);
        Add(all, PickleArgument.None, 5, 0, 1, [Opcode.NEXT_BUFFER]);
        Add(all, PickleArgument.None, 5, 1, 1, [Opcode.READONLY_BUFFER]);
    }

    private static void AddContainers(OpcodeFacts?[] all)
    {
        Add(all, PickleArgument.None, 1, 0, 1, [Opcode.EMPTY_LIST, Opcode.EMPTY_TUPLE, Opcode.EMPTY_DICT]);
        Add(all, PickleArgument.None, 4, 0, 1, [Opcode.EMPTY_SET]);
        Add(all, PickleArgument.None, 0, 2, 1, [Opcode.APPEND]);
        Add(all, PickleArgument.None, 0, 3, 1, [Opcode.SETITEM]);
        Add(all, PickleArgument.None, 1, ToMark, 0, [Opcode.APPENDS, Opcode.SETITEMS]);
        Add(all, PickleArgument.None, 4, ToMark, 0, [Opcode.ADDITEMS]);
        Add(all, PickleArgument.None, 0, ToMark, 1, [Opcode.LIST, Opcode.TUPLE, Opcode.DICT]);
        Add(all, PickleArgument.None, 4, ToMark, 1, [Opcode.FROZENSET]);
        Add(all, PickleArgument.None, 2, 1, 1, [Opcode.TUPLE1]);
        Add(all, PickleArgument.None, 2, 2, 1, [Opcode.TUPLE2]);
        Add(all, PickleArgument.None, 2, 3, 1, [Opcode.TUPLE3]);
    }

    private static void AddStackAndMemo(OpcodeFacts?[] all)
    {
        Add(all, PickleArgument.None, 0, 1, 0, [Opcode.POP]);
        Add(all, PickleArgument.None, 0, 1, 2, [Opcode.DUP]);
        Add(all, PickleArgument.None, 0, 0, 1, [Opcode.MARK]);
        Add(all, PickleArgument.None, 1, ToMark, 0, [Opcode.POP_MARK]);
        Add(all, PickleArgument.Line, 0, 0, 1, [Opcode.GET]);
        Add(all, PickleArgument.UInt8, 1, 0, 1, [Opcode.BINGET]);
        Add(all, PickleArgument.UInt32, 1, 0, 1, [Opcode.LONG_BINGET]);
        Add(all, PickleArgument.Line, 0, 1, 1, [Opcode.PUT]);
        Add(all, PickleArgument.UInt8, 1, 1, 1, [Opcode.BINPUT]);
        Add(all, PickleArgument.UInt32, 1, 1, 1, [Opcode.LONG_BINPUT]);
        Add(all, PickleArgument.None, 4, 1, 1, [Opcode.MEMOIZE]);
        Add(all, PickleArgument.UInt8, 2, 0, 0, [Opcode.PROTO]);
        Add(all, PickleArgument.None, 0, 1, 0, [Opcode.STOP]);
        Add(all, PickleArgument.UInt64, 4, 0, 0, [Opcode.FRAME]);
    }

    private static void AddObjects(OpcodeFacts?[] all)
    {
        Add(all, PickleArgument.UInt8, 2, 0, 1, [Opcode.EXT1]);
        Add(all, PickleArgument.UInt16, 2, 0, 1, [Opcode.EXT2]);
        Add(all, PickleArgument.Int32, 2, 0, 1, [Opcode.EXT4]);
        Add(all, PickleArgument.TwoLines, 0, 0, 1, [Opcode.GLOBAL]);
        Add(all, PickleArgument.TwoLines, 0, ToMark, 1, [Opcode.INST]);
        Add(all, PickleArgument.None, 4, 2, 1, [Opcode.STACK_GLOBAL]);
        Add(all, PickleArgument.None, 0, 2, 1, [Opcode.REDUCE, Opcode.BUILD]);
        Add(all, PickleArgument.None, 1, ToMark, 1, [Opcode.OBJ]);
        Add(all, PickleArgument.None, 2, 2, 1, [Opcode.NEWOBJ]);
        Add(all, PickleArgument.None, 4, 3, 1, [Opcode.NEWOBJ_EX]);
        Add(all, PickleArgument.Line, 0, 0, 1, [Opcode.PERSID]);
        Add(all, PickleArgument.None, 1, 1, 1, [Opcode.BINPERSID]);
    }

    private static void Add(
        OpcodeFacts?[] all,
        PickleArgument argument,
        int protocol,
        int pops,
        int pushes,
        ReadOnlySpan<Opcode> opcodes
    )
    {
        foreach (Opcode opcode in opcodes)
        {
            bool isText = argument is PickleArgument.Line or PickleArgument.TwoLines && opcode != Opcode.GLOBAL;
            all[(byte)opcode] = new OpcodeFacts(argument, protocol, pops, pushes, isText);
        }
    }
}
