using Pth.Benchmarks.Compare;
using Pth.Torch;
using Pth.Torch.Models;

namespace Pth.Benchmarks.Torch;

/// <summary>The network that is loaded into and saved again and again, and the tasks with it.</summary>
internal sealed class HeldModule : IDisposable
{
    private Vgg? _module;

    public Action Prepare(HeldState held, string[] words)
    {
        // With its first weights, so that all its memory has been touched.
        Vgg module = _module ??= Vgg.Vgg16();
        return words switch
        {
            ["module-load", var path] => () => module.LoadCheckpoint(path),
            ["module-assign", var path] => () => module.LoadCheckpoint(path, new() { Assign = true }),
            ["module-save", var path] => () => module.SaveCheckpoint(path, new() { Durability = Durability.Kernel }),
            ["module-save-synced", var path] => () => module.SaveCheckpoint(path),
            _ => PthWorker.Prepare(held, words),
        };
    }

    public void Dispose() => _module?.Dispose();
}
