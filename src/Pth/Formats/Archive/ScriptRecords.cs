namespace Pth.Formats.Archive;

/// <summary>The pickles of a TorchScript archive and where their tensors lie.</summary>
/// <remarks>Source: <c>torch/csrc/jit/serialization/export_module.cpp</c>.</remarks>
internal static class ScriptRecords
{
    /// <summary>The bytecode of the lite interpreter, in <c>.ptl</c> files.</summary>
    public const string Bytecode = "bytecode.pkl";

    /// <summary>The attributes of PyTorch 1.1 to 1.3 that are no tensors.</summary>
    public const string Attributes = "attributes.pkl";

    /// <summary>Where PyTorch 1.0 to 1.3 keeps tensors.</summary>
    public const string Tensors = "tensors/";

    /// <summary>Where PyTorch 1.1 to 1.3 keeps the code of classes that are no modules.</summary>
    public const string Libraries = "libs/";

    /// <summary>The tensors of <see cref="TorchRecords.ScriptConstants"/>, which code refers to as <c>CONSTANTS</c>.</summary>
    public const string Constants = "constants/";

    /// <summary>What a module was traced with: shapes, as of PyTorch 1.10 and later; the bytes are left out.</summary>
    public const string TracedInputsPickle = "traced_inputs.pkl";

    /// <summary>The empty records of its tensors.</summary>
    public const string TracedInputs = "traced_inputs/";
}
