using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Distributed.Replicas;

/// <summary>A copy of a module on a device, and what of it belongs to what of the original.</summary>
internal sealed class Replica
{
    private readonly nn.Module _original;
    private readonly List<(Tensor Original, Tensor Own)> _buffers;

    private readonly bool _isCopy;

    private Replica(nn.Module original, nn.Module<Tensor, Tensor> module, Device device, bool isCopy)
    {
        _isCopy = isCopy;
        _original = original;
        Module = module;
        Device = device;
        Parameters = Pairs(original.named_parameters(), module.named_parameters());
        _buffers = Pairs(original.named_buffers(), module.named_buffers());
    }

    public nn.Module<Tensor, Tensor> Module { get; }

    public Device Device { get; }

    public List<(Parameter Original, Parameter Own)> Parameters { get; }

    /// <summary>Copies a module.</summary>
    public static Replica Copy(nn.Module<Tensor, Tensor> original, Device device, bool sharesBuffers) =>
        new(original, new ModuleCopier(device, sharesBuffers).Copy(original), device, isCopy: true);

    /// <summary>Takes a module that was made as the original was.</summary>
    /// <exception cref="InvalidOperationException">It has other names or shapes.</exception>
    public static Replica Made(nn.Module<Tensor, Tensor> original, nn.Module<Tensor, Tensor> made, Device device) =>
        new(original, TorchSharp.ModuleExtensionMethods.to(made, device), device, isCopy: false);

    /// <summary>Whether the original's parameters are still those that it was made from.</summary>
    public bool IsUpToDate() =>
        Parameters
            .Select(pair => pair.Original.Handle)
            .SequenceEqual(_original.parameters().Select(parameter => parameter.Handle));

    /// <summary>Takes the values, flags and modes of the original.</summary>
    public void Refresh()
    {
        using IDisposable off = no_grad();
        foreach ((Parameter original, Parameter own) in Parameters)
        {
            own.requires_grad = original.requires_grad;
            CopyChanged(original, own);
        }

        foreach ((Tensor original, Tensor own) in _buffers)
        {
            CopyChanged(original, own);
        }

        if (_isCopy)
        {
            // It shares the original's handles, and with them the modes.
            return;
        }

        Module.train(_original.training);
        foreach ((nn.Module original, nn.Module own) in _original.modules().Zip(Module.modules()))
        {
            if (own.training != original.training)
            {
                own.train(original.training);
            }
        }
    }

    /// <summary>Gives the buffers back to the original.</summary>
    public void KeepBuffers()
    {
        using IDisposable off = no_grad();
        foreach ((Tensor original, Tensor own) in _buffers)
        {
            CopyChanged(own, original);
        }
    }

    // What did not change is not written: a graph that waits for its backward may have saved it.
    private static void CopyChanged(Tensor from, Tensor to)
    {
        if (ReferenceEquals(from, to) || SharesValues(from, to))
        {
            return;
        }

        using Tensor here = from.detach().to(to.device);
        using Tensor same = here.eq(to).all();
        if (!same.item<bool>())
        {
            to.copy_(here);
        }
    }

    private static bool SharesValues(Tensor first, Tensor second) =>
        first.device.ToString() == second.device.ToString() && first.numel() > 0 && Address(first) == Address(second);

    private static nint Address(Tensor tensor)
    {
        using Tensor bytes = tensor.detach();
        return bytes.storage<byte>().data_ptr() + (nint)(bytes.storage_offset() * bytes.ElementSize);
    }

    private static List<(T Original, T Own)> Pairs<T>(
        IEnumerable<(string Name, T Tensor)> originals,
        IEnumerable<(string Name, T Tensor)> owns
    )
        where T : Tensor
    {
        List<(string Name, T Tensor)> first = [.. originals];
        List<(string Name, T Tensor)> second = [.. owns];
        for (int i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            string here = i < first.Count ? Describe(first[i]) : "nothing";
            string there = i < second.Count ? Describe(second[i]) : "nothing";
            if (here != there)
            {
                throw new InvalidOperationException($"The factory's module has {there}, where the module has {here}.");
            }
        }

        return [.. first.Zip(second, (original, own) => (original.Tensor, own.Tensor))];
    }

    private static string Describe<T>((string Name, T Tensor) entry)
        where T : Tensor => $"{entry.Name} [{string.Join(", ", entry.Tensor.shape)}] {entry.Tensor.dtype}";
}
