using Pth.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Pth.Torch;

/// <summary>
/// Remembers which storage of TorchSharp became which <see cref="Storage"/>, so that tensors that share memory go on sharing it:
/// tied weights, and several views of one tensor. Hand one to every call whose results go into one file.
/// </summary>
/// <remarks>It keeps the storages that it has met. Not for use by several threads at once.</remarks>
public sealed class SharedStorages
{
    private readonly Dictionary<(string Device, nint Start, bool IsEmpty), Storage> _known = [];

    /// <summary>The storage that a strided tensor looks at.</summary>
    internal unsafe Storage Get(Tensor tensor, DType dtype)
    {
        long length = checked((long)TorchSharpLibrary.GetStorageSize(tensor.Handle));
        if (tensor.is_meta)
        {
            // Has no address to know it by again.
            return Storage.Meta(length, dtype);
        }
        var start = (nint)TorchSharpLibrary.GetStorageData(tensor.Handle);
        bool isEmpty = start == 0 || length == 0;
        string device = NameOf(tensor.device);
        (string, nint, bool) key = (device, isEmpty ? tensor.Handle : start, isEmpty);
        if (_known.TryGetValue(key, out Storage? storage))
        {
            return storage;
        }

        if (tensor.device_type == DeviceType.CPU)
        {
            storage = new Storage(new Tensors.TensorStorageSource(tensor, (void*)start, length), dtype);
        }
        else
        {
            using Tensor copy = CopyOfStorage(tensor, length / dtype.ItemSize);
            // The copy's memory lives as long as the storage does; the tensor's own must live as long as its address is a key.
            storage = new Storage(
                new Tensors.TensorStorageSource(copy, TorchSharpLibrary.GetStorageData(copy.Handle), length),
                dtype,
                device
            );
            _copied.Add(tensor.alias().DetachFromDisposeScope());
        }
        _known.Add(key, storage);
        return storage;
    }

    private readonly List<Tensor> _copied = [];

    private static Tensor CopyOfStorage(Tensor tensor, long count)
    {
        using IDisposable unrecorded = no_grad();
        using Tensor whole = tensor.as_strided([count], [1]);
        return whole.cpu();
    }

    /// <summary>As PyTorch writes it: <c>cpu</c>, <c>cuda:0</c>.</summary>
    private static string NameOf(Device device)
    {
        string name = device.type.ToString().ToLowerInvariant();
        return device.index < 0 || device.type is DeviceType.CPU or DeviceType.MPS ? name : $"{name}:{device.index}";
    }
}
