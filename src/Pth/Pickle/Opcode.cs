namespace Pth.Pickle;

/// <summary>The instructions of the pickle machine, by the names that Python's pickletools gives them, with what follows each in the stream.</summary>
/// <remarks>Numbers are little-endian unless it says otherwise; text ends with a line feed.</remarks>
internal enum Opcode : byte
{
    // Numbers and constants.
    /// <summary>Text: a decimal int, or 00 and 01 for False and True.</summary>
    INT = (byte)'I',

    /// <summary>i32.</summary>
    BININT = (byte)'J',

    /// <summary>u8.</summary>
    BININT1 = (byte)'K',

    /// <summary>u16.</summary>
    BININT2 = (byte)'M',

    /// <summary>Text: a decimal int, with an L at its end or without.</summary>
    LONG = (byte)'L',

    /// <summary>u8 count, two's complement.</summary>
    LONG1 = 0x8A,

    /// <summary>i32 count, two's complement.</summary>
    LONG4 = 0x8B,

    /// <summary>Text: repr of a float.</summary>
    FLOAT = (byte)'F',

    /// <summary>f64, big-endian.</summary>
    BINFLOAT = (byte)'G',

    NONE = (byte)'N',
    NEWTRUE = 0x88,
    NEWFALSE = 0x89,

    // Text and bytes.
    /// <summary>Text: repr of a Python 2 str.</summary>
    STRING = (byte)'S',

    /// <summary>i32 count, bytes of a Python 2 str.</summary>
    BINSTRING = (byte)'T',

    /// <summary>u8 count, bytes of a Python 2 str.</summary>
    SHORT_BINSTRING = (byte)'U',

    /// <summary>Text: raw-unicode-escape.</summary>
    UNICODE = (byte)'V',

    /// <summary>u32 count, UTF-8.</summary>
    BINUNICODE = (byte)'X',

    /// <summary>u8 count, UTF-8.</summary>
    SHORT_BINUNICODE = 0x8C,

    /// <summary>u64 count, UTF-8.</summary>
    BINUNICODE8 = 0x8D,

    /// <summary>u32 count, bytes.</summary>
    BINBYTES = (byte)'B',

    /// <summary>u8 count, bytes.</summary>
    SHORT_BINBYTES = (byte)'C',

    /// <summary>u64 count, bytes.</summary>
    BINBYTES8 = 0x8E,

    /// <summary>u64 count, bytes of a bytearray.</summary>
    BYTEARRAY8 = 0x96,

    /// <summary>A buffer that is not in the pickle.</summary>
    NEXT_BUFFER = 0x97,

    /// <summary>Makes the top buffer read-only.</summary>
    READONLY_BUFFER = 0x98,

    // Containers.
    EMPTY_LIST = (byte)']',

    /// <summary>The top to the list below it.</summary>
    APPEND = (byte)'a',

    /// <summary>Everything above the mark to the list below the mark.</summary>
    APPENDS = (byte)'e',

    /// <summary>Of everything above the mark.</summary>
    LIST = (byte)'l',

    EMPTY_TUPLE = (byte)')',

    /// <summary>Of everything above the mark.</summary>
    TUPLE = (byte)'t',

    /// <summary>Of the top item.</summary>
    TUPLE1 = 0x85,

    /// <summary>Of the top two.</summary>
    TUPLE2 = 0x86,

    /// <summary>Of the top three.</summary>
    TUPLE3 = 0x87,

    EMPTY_DICT = (byte)'}',

    /// <summary>Of the keys and values above the mark.</summary>
    DICT = (byte)'d',

    /// <summary>The top as the value, the next as the key, in the dict below them.</summary>
    SETITEM = (byte)'s',

    /// <summary>The keys and values above the mark, in the dict below the mark.</summary>
    SETITEMS = (byte)'u',

    EMPTY_SET = 0x8F,

    /// <summary>Everything above the mark to the set below the mark.</summary>
    ADDITEMS = 0x90,

    /// <summary>Of everything above the mark.</summary>
    FROZENSET = 0x91,

    // The stack.
    /// <summary>Drops the top, or the mark that is there.</summary>
    POP = (byte)'0',

    /// <summary>The top once more.</summary>
    DUP = (byte)'2',

    MARK = (byte)'(',

    /// <summary>Drops everything above the mark, and the mark.</summary>
    POP_MARK = (byte)'1',

    // The memo.
    /// <summary>Text: a decimal index.</summary>
    GET = (byte)'g',

    /// <summary>u8 index.</summary>
    BINGET = (byte)'h',

    /// <summary>u32 index.</summary>
    LONG_BINGET = (byte)'j',

    /// <summary>Text: a decimal index.</summary>
    PUT = (byte)'p',

    /// <summary>u8 index.</summary>
    BINPUT = (byte)'q',

    /// <summary>u32 index.</summary>
    LONG_BINPUT = (byte)'r',

    /// <summary>At the index that is the count of what is remembered.</summary>
    MEMOIZE = 0x94,

    // Classes, functions and objects.
    /// <summary>u8 code of copyreg's registry.</summary>
    EXT1 = 0x82,

    /// <summary>u16 code of copyreg's registry.</summary>
    EXT2 = 0x83,

    /// <summary>i32 code of copyreg's registry.</summary>
    EXT4 = 0x84,

    /// <summary>Text: module, text: name.</summary>
    GLOBAL = (byte)'c',

    /// <summary>Module and name from the stack.</summary>
    STACK_GLOBAL = 0x93,

    /// <summary>Callable and arguments from the stack.</summary>
    REDUCE = (byte)'R',

    /// <summary>Gives the top as state to the object below it.</summary>
    BUILD = (byte)'b',

    /// <summary>Text: module, text: name; arguments above the mark.</summary>
    INST = (byte)'i',

    /// <summary>Class and arguments above the mark.</summary>
    OBJ = (byte)'o',

    /// <summary>Class and arguments from the stack.</summary>
    NEWOBJ = 0x81,

    /// <summary>Class, arguments and keywords from the stack.</summary>
    NEWOBJ_EX = 0x92,

    // The stream.
    /// <summary>u8 version.</summary>
    PROTO = 0x80,

    /// <summary>The top is the result.</summary>
    STOP = (byte)'.',

    /// <summary>u64 count of bytes that are read at once.</summary>
    FRAME = 0x95,

    // References to the outside.
    /// <summary>Text: the reference.</summary>
    PERSID = (byte)'P',

    /// <summary>The reference from the stack.</summary>
    BINPERSID = (byte)'Q',
}
