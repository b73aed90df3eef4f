namespace Pth.Torch.Optimizers;

/// <summary>A public field of one of TorchSharp's objects, to be read and written.</summary>
internal delegate ref TField FieldOf<in TOwner, TField>(TOwner owner);
