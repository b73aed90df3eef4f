using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Pth.Torch.Optimizers;

/// <summary>The groups of an optimizer with the states of their parameters, all of them TorchSharp's own objects.</summary>
internal static class OptimizerParts
{
    public static IReadOnlyList<(ParamGroup Group, IReadOnlyList<OptimizerState> States)> Of(Optimizer optimizer)
    {
        Optimizer.StateDictionary parts = ((OptimizerHelper)optimizer).state_dict();
        var groups = new List<(ParamGroup, IReadOnlyList<OptimizerState>)>();
        foreach (ILearningRateController group in optimizer.ParamGroups)
        {
            groups.Add(((ParamGroup)group, [.. parts.StateIndexRef[groups.Count].Select(i => parts.State[i])]));
        }
        return groups;
    }
}
