namespace Pth;

/// <summary>The containers that Pth writes.</summary>
public enum ContainerFormat
{
    /// <summary>What <c>torch.save</c> writes since PyTorch 1.6. Holds anything.</summary>
    TorchZip,

    /// <summary>What PyTorch up to 1.5 wrote, and <c>torch.save(..., _use_new_zipfile_serialization=False)</c> still does. Holds anything.</summary>
    TorchLegacy,

    /// <summary>safetensors. Holds a flat dictionary of tensors, and a dictionary of texts.</summary>
    SafeTensors,

    /// <summary>What TorchSharp's <c>Module.save</c> writes (<c>.dat</c>). Holds a flat dictionary of tensors.</summary>
    TorchSharp,

    /// <summary>A zip of NumPy arrays. Holds a flat dictionary of tensors, of the types that NumPy has: not bfloat16 and the 8-bit floats.</summary>
    Npz,

    /// <summary>One NumPy array. Holds one tensor, of a type that NumPy has; <see cref="NpyWriter"/> writes the bits of others.</summary>
    Npy,
}
