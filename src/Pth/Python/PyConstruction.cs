namespace Pth;

/// <summary>By which opcode a pickle asks for an object.</summary>
public enum PyConstruction
{
    /// <summary><c>callable(*args)</c>: <c>REDUCE</c>, and the older <c>INST</c> and <c>OBJ</c>.</summary>
    Reduce,

    /// <summary><c>cls.__new__(cls, *args)</c>: <c>NEWOBJ</c>.</summary>
    NewObject,

    /// <summary><c>cls.__new__(cls, *args, **kwargs)</c>: <c>NEWOBJ_EX</c>.</summary>
    NewObjectWithKeywords,
}
