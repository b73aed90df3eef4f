using System.Collections.Immutable;
using Pth.Torch.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

/// <summary>Runs a module once, and writes down what its layers give.</summary>
internal sealed class Summarizer(nn.Module module)
{
    private readonly WalkedModule _tree = ModuleWalk.Tree(module);
    private readonly Dictionary<nn.Module, Calls> _calls = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<IntPtr> _counted = [];
    private readonly HashSet<Calls> _written = [];
    private readonly List<SummaryRow> _rows = [];

    /// <summary>Runs it on zeros.</summary>
    public static ModuleSummary Run(nn.Module<Tensor, Tensor> module, ReadOnlySpan<long> inputShape, ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = module.parameters().FirstOrDefault()?.device ?? CPU;
        Tensor input = zeros(inputShape, dtype, device);
        return new Summarizer(module).Run(() => module.call(input), [input]);
    }

    /// <summary>Runs it as the program does.</summary>
    public ModuleSummary Run(Action call, ReadOnlySpan<Tensor> inputs)
    {
        long inputBytes = 0;
        foreach (Tensor input in inputs)
        {
            inputBytes += input.NumberOfElements * input.ElementSize;
        }
        using (DisposeScope scope = NewDisposeScope())
        {
            Call(call);
        }
        AddRow(_tree, depth: 0);
        Parameter[] parameters = [.. module.parameters()];
        return new ModuleSummary(
            _rows,
            parameters.Where(parameter => parameter.requires_grad).Sum(parameter => parameter.NumberOfElements),
            inputBytes,
            parameters.Sum(parameter => parameter.NumberOfElements * parameter.ElementSize)
        );
    }

    private void Call(Action call)
    {
        nn.Module[] modules =
        [
            .. _tree
                .SelfAndDescendants()
                .Where(walked => walked.HiddenClass is null)
                .Select(walked => walked.Module)
                .Distinct(ReferenceEqualityComparer.Instance)
                .Cast<nn.Module>(),
        ];
        bool[] training = [.. modules.Select(part => part.training)];
        var removers = new List<Action>();
        try
        {
            foreach (nn.Module part in modules)
            {
                var calls = new Calls(part);
                if (calls.Watch() is { } remove)
                {
                    removers.Add(remove);
                    _calls.Add(part, calls);
                }
            }
            // In training a batch norm would learn from the zeros.
            module.eval();
            using var _ = no_grad();
            call();
        }
        finally
        {
            removers.ForEach(remove => remove());
            // A parent sets its children: it comes before them.
            for (int i = 0; i < modules.Length; i++)
            {
                modules[i].train(training[i]);
            }
        }
    }

    private void AddRow(WalkedModule walked, int depth)
    {
        long parameters = walked
            .Entries.Where(entry => entry.Kind == ModuleEntryKind.Parameter && _counted.Add(entry.Tensor.Handle))
            .Sum(entry => entry.Tensor.NumberOfElements);
        bool isLeaf = walked.Children.Count == 0;
        Calls? calls = walked.HiddenClass is null ? _calls.GetValueOrDefault(walked.Module) : null;
        bool isSeen = calls is { Count: > 0 };
        // A module under a second name: what it did stands at the first.
        bool isAgain = calls is not null && !_written.Add(calls);
        bool hasParameters = walked.Entries.Any(entry => entry.Kind == ModuleEntryKind.Parameter);
        _rows.Add(
            new SummaryRow
            {
                Depth = depth,
                Path = walked.Path,
                Kind = ModuleRepr.NameOf(walked),
                IsLeaf = isLeaf,
                OutputShapes = isSeen ? calls!.OutputShapes : [],
                Parameters = parameters,
                MultiplyAdds =
                    !isLeaf || (hasParameters && !isSeen) ? null
                    : isAgain ? 0
                    : calls?.MultiplyAdds ?? 0,
                OutputBytes = isSeen && !isAgain ? calls!.OutputBytes : 0,
                Calls = calls?.Count ?? 0,
            }
        );
        foreach (WalkedModule child in walked.Children)
        {
            AddRow(child, depth + 1);
        }
    }
}
