using Pth.Torch.Modules;
using Pth.Torch.Tensors;
using TorchSharp;

namespace Pth.Torch.Loading;

/// <summary>Loads a state dict into a module: everything is proved before anything is changed.</summary>
internal static class StateDictLoader
{
    /// <exception cref="LoadStateDictException">It does not fit.</exception>
    public static LoadResult Load(torch.nn.Module module, StateDict state, LoadStateDictOptions options)
    {
        using PreparedLoad prepared = Prepare(module, state, options);
        prepared.Apply();
        return prepared.Result;
    }

    /// <summary>Checks all there is to check without a change to the module.</summary>
    /// <exception cref="LoadStateDictException">It does not fit.</exception>
    public static PreparedLoad Prepare(torch.nn.Module module, StateDict state, LoadStateDictOptions options)
    {
        WalkedModule tree = ModuleWalk.Tree(module);
        string[] moduleNames =
        [
            .. tree.SelfAndDescendants()
                .SelectMany(walked => walked.Entries)
                .Where(entry => entry.IsPersistent)
                .Select(entry => entry.Name),
        ];
        var names = new TranslatedNames(state, moduleNames, options);
        var skip = new SkippedNames(options.Skip);
        string[] allNames = [.. moduleNames.Union(names.Keys, StringComparer.Ordinal)];
        skip.Require(allNames);

        var maker = new TensorMaker(
            new TorchTensorOptions
            {
                Dequantize = options.Dequantize,
                Device = options.Device,
                CancellationToken = options.CancellationToken,
            }
        );
        var matcher = new KeyMatcher(tree, names, skip, new TensorRules(options, maker));
        matcher.Run();
        var result = new LoadResult(
            matcher.Missing,
            matcher.Unexpected,
            [.. matcher.Matches.Select(match => match.Entry.Name)],
            [.. allNames.Where(skip.Has), .. names.LeftOut]
        );
        Require(module, matcher, result, options);
        if (options.Assign)
        {
            return new PreparedLoad(result, () => Assign(matcher.Matches, maker, options), maker);
        }
        ChecksumsOf(matcher.Matches, options);
        return new PreparedLoad(result, () => Copy(module, matcher.Matches, options), maker);
    }

    private static void Require(
        torch.nn.Module module,
        KeyMatcher matcher,
        LoadResult result,
        LoadStateDictOptions options
    )
    {
        var errors = new List<string>();
        if (options.Strict && matcher.Missing.Count > 0)
        {
            errors.Add($"Missing key(s) in state_dict: {Quoted(matcher.Missing)}. ");
        }
        if (options.Strict && matcher.Unexpected.Count > 0)
        {
            errors.Add($"Unexpected key(s) in state_dict: {Quoted(matcher.Unexpected)}. ");
        }
        errors.AddRange(matcher.Errors);
        if (errors.Count > 0)
        {
            throw new LoadStateDictException(ModuleKind.Of(module), result, errors, LoadHints.Of(matcher, options));
        }
    }

    private static void Copy(torch.nn.Module module, List<KeyMatch> matches, LoadStateDictOptions options)
    {
        if (options.Device is { } device)
        {
            Move(module, device);
        }
        // The targets are named now: moving may have replaced what they are made of.
        var transfer = new TensorTransfer { IsStagedOnly = options.IsStagedOnly };
        foreach (KeyMatch match in matches)
        {
            transfer.Add(match.View, match.Entry.Tensor);
        }
        transfer.Run(options.Progress, options.CancellationToken);
    }

    private static void ChecksumsOf(List<KeyMatch> matches, LoadStateDictOptions options)
    {
        if (options.Read.VerifyChecksums ?? true)
        {
            Pth.Tensors.ChecksumPass.Require(
                matches.Where(match => match.View.ElementCount > 0).Select(match => match.View.Storage).Distinct(),
                options.CancellationToken
            );
        }
    }

    // As module.to(device), save that nothing is copied out of the meta device, and that every tensor stays the object that it is.
    private static void Move(torch.nn.Module module, torch.Device device)
    {
        foreach (ModuleEntry entry in ModuleWalk.All(module))
        {
            torch.Tensor tensor = entry.Tensor;
            if (tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index))
            {
                continue;
            }
            using IDisposable withoutGradients = torch.no_grad();
            torch.Tensor there = tensor.is_meta
                ? torch.empty(tensor.shape, tensor.dtype, device)
                : tensor.detach().to(device);
            TensorReplacement.Replace(tensor, there.DetachFromDisposeScope());
        }
    }

    private static void Assign(List<KeyMatch> matches, TensorMaker maker, LoadStateDictOptions options)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        var made = new List<(torch.Tensor Target, torch.Tensor Source)>();
        var seen = new HashSet<(nint, TensorView)>();
        foreach (KeyMatch match in matches)
        {
            // A tied tensor of the module stays tied where the file has one tensor for both names; else the later counts.
            if (seen.Add((match.Entry.Tensor.Handle, match.View)))
            {
                made.Add((match.Entry.Tensor, maker.Begin(match.View)));
            }
        }
        maker.Finish(options.Progress);
        foreach ((torch.Tensor target, torch.Tensor source) in made)
        {
            TensorReplacement.Replace(target, source.DetachFromDisposeScope());
        }
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"\"{name}\""));
}
