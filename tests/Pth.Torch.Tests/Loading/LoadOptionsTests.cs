using Pth.Tests;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Loading;

/// <summary>What PyTorch's <c>load_state_dict</c> has no word for.</summary>
public sealed class LoadOptionsTests
{
    [Fact]
    public void Requires_grad_stays_as_the_module_has_it()
    {
        using var net = new Networks.Net();
        net.Conv.weight!.requires_grad_(false);
        StateDict state = Ones(net);
        Assert.DoesNotContain(state.Values, view => view.RequiresGrad);

        foreach (bool assign in new[] { false, true })
        {
            net.LoadStateDict(state, new() { Assign = assign });
            Assert.False(net.Conv.weight.requires_grad);
            Assert.True(net.Conv.bias!.requires_grad);
            // Training goes on.
            using Tensor loss = net.Conv.call(ones(1, 1, 3, 3)).sum();
            loss.backward();
            Assert.NotNull(net.Conv.bias.grad);
        }
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("_orig_mod.module.")]
    [InlineData("module.module.")]
    public void With_Unwrap_a_wrapped_file_loads_into_a_plain_module_and_back(string prefix)
    {
        using var plain = new Networks.Net();
        StateDict wrapped = Ones(plain).WithPrefix(prefix);

        LoadStateDictException refused = Assert.Throws<LoadStateDictException>(() => plain.LoadStateDict(wrapped));
        Assert.Contains(refused.Hints, hint => hint.Contains("Unwrap = true", StringComparison.Ordinal));
        Assert.Equal(
            "<All keys matched successfully>",
            plain.LoadStateDict(wrapped, new() { Unwrap = true }).ToString()
        );
        Assert.Equal(1, plain.Conv.weight!.mean().item<float>());

        using var inner = new Networks.Net();
        using nn.Module parallel = new Wrapper(inner);
        Assert.Empty(parallel.LoadStateDict(Ones(plain), new() { Unwrap = true }).UnexpectedKeys);
        Assert.Equal(1, inner.Conv.weight!.mean().item<float>());
        parallel.LoadStateDict(wrapped, new() { Unwrap = true });
    }

    [Fact]
    public void With_Unwrap_names_are_said_as_the_module_has_them()
    {
        using var inner = new Networks.Net();
        using nn.Module parallel = new Wrapper(inner);
        StateDict state = Ones(inner);
        state.Remove("conv.bias");
        state["extra"] = TensorView.Zeros(DType.Float32, [1]);
        LoadResult result = parallel.LoadStateDict(state, new() { Unwrap = true, Strict = false });
        Assert.Equal(["module.conv.bias"], result.MissingKeys);
        Assert.Equal(["module.extra"], result.UnexpectedKeys);
    }

    [Fact]
    public void With_Unwrap_the_versions_of_a_wrapped_file_count_for_the_plain_module()
    {
        using var plain = new Networks.Net();
        StateDict wrapped = Ones(plain).WithPrefix("module.");
        wrapped.Remove("module.bn.num_batches_tracked");
        Assert.Throws<LoadStateDictException>(() => plain.LoadStateDict(wrapped, new() { Unwrap = true }));
        ((PyDict)wrapped.Metadata!["module.bn"])["version"] = new PyInt(1);
        Assert.Empty(plain.LoadStateDict(wrapped, new() { Unwrap = true }).MissingKeys);
    }

    [Fact]
    public void The_count_of_an_averaged_model_is_left_out()
    {
        using var plain = new Networks.Net();
        var state = new StateDict { ["n_averaged"] = TensorView.Scalar(3L) };
        foreach ((string name, TensorView view) in Ones(plain))
        {
            state["module." + name] = view;
        }
        Assert.Equal(["n_averaged"], plain.LoadStateDict(state, new() { Unwrap = true }).SkippedKeys);
    }

    [Fact]
    public void What_is_skipped_is_left_alone_and_may_have_any_shape()
    {
        using var net = new Networks.Net();
        float before = net.Conv.bias!.sum().item<float>();
        float inner = net.Inner.parameters().First().sum().item<float>();
        StateDict state = Ones(net);
        state["conv.bias"] = TensorView.Zeros(DType.Float32, [7]);
        state.Remove("inner.0.weight");
        state["inner.0.other"] = TensorView.Zeros(DType.Float32, [1]);
        LoadResult result = net.LoadStateDict(state, new() { Skip = ["conv.bias", "inner.0"] });
        Assert.Equal(["conv.bias", "inner.0.weight", "inner.0.bias", "inner.0.other"], result.SkippedKeys);
        Assert.Equal(before, net.Conv.bias.sum().item<float>());
        Assert.Equal(inner, net.Inner.parameters().First().sum().item<float>());
        Assert.Equal(1, net.Conv.weight!.mean().item<float>());

        ArgumentException wrong = Assert.Throws<ArgumentException>(() =>
            net.LoadStateDict(state, new() { Skip = ["conv.bais"] })
        );
        Assert.Contains("'conv.bias'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_change_the_names_of_the_file_first()
    {
        using var net = new Networks.Net();
        StateDict state = Ones(net).Rename(RenameRule.Replace("^conv", "backbone.stem"));
        LoadStateDictException refused = Assert.Throws<LoadStateDictException>(() => net.LoadStateDict(state));
        Assert.StartsWith(
            "Error(s) in loading state_dict for Net:\n\tMissing key(s) in state_dict: \"conv.weight\", \"conv.bias\". \n\t"
                + "Unexpected key(s) in state_dict: \"backbone.stem.weight\", \"backbone.stem.bias\". ",
            refused.Message,
            StringComparison.Ordinal
        );
        net.LoadStateDict(state, new() { Map = [RenameRule.Replace(@"^backbone\.stem", "conv")] });
        Assert.Equal(1, net.Conv.weight!.mean().item<float>());
    }

    [Fact]
    public void The_nearest_names_are_suggested()
    {
        using var net = new Networks.Net();
        StateDict state = Ones(net);
        state["conv.wieght"] = state["conv.weight"];
        state.Remove("conv.weight");
        LoadStateDictException refused = Assert.Throws<LoadStateDictException>(() => net.LoadStateDict(state));
        Assert.Equal(["Hint: for \"conv.weight\" the state_dict may have \"conv.wieght\". "], refused.Hints);
        Assert.EndsWith(refused.Hints[0], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assigned_tensors_have_the_type_of_the_file_and_stay_the_same_objects()
    {
        using var net = new Networks.Wide();
        Parameter weight = net.Weight;
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "half.pth");
        Checkpoint.Save(path, Ones(net).ConvertTo(DType.Float16));
        net.LoadCheckpoint(path, new() { Assign = true });
        Assert.Same(weight, net.Weight);
        Assert.Equal(ScalarType.Float16, weight.dtype);
        Assert.True(weight.requires_grad);
        Assert.Equal((Half)32, weight.sum().item<Half>());
        // Without Assign the module's own type stays.
        net.LoadStateDict(Ones(net));
        Assert.Equal(ScalarType.Float16, weight.dtype);
    }

    [Fact]
    public void Large_assigned_tensors_lie_in_the_mapped_file_after_it_is_closed()
    {
        using nn.Module net = nn.Linear(200, 200);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "linear.pth");
        Checkpoint.Save(path, Ones(net));
        net.LoadCheckpoint(path, new() { Assign = true });
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains(path, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        }
        Assert.Equal(201, ((Linear)net).call(ones(1, 200))[0][0].item<float>());
    }

    [Fact]
    public void Tied_tensors_stay_tied()
    {
        foreach (bool assign in new[] { false, true })
        {
            using var net = new Networks.Tied();
            StateDict state = Ones(net).ConvertTo(DType.Float64);
            net.LoadStateDict(state, new() { Assign = assign });
            using IDisposable withoutGradients = no_grad();
            net.First.weight!.fill_(5);
            Assert.Equal(20, net.Second.weight!.sum().to(ScalarType.Float32).item<float>());
        }
    }

    [Fact]
    public void Native_modules_take_tensors_of_their_type_and_refuse_others()
    {
        using LSTM net = nn.LSTM(2, 3);
        StateDict state = Ones(net);
        net.LoadStateDict(state, new() { Assign = true });
        using Tensor output = net.call(ones(1, 1, 2)).Item1;
        using LSTM other = nn.LSTM(2, 3);
        other.LoadStateDict(state);
        Assert.Equal(other.call(ones(1, 1, 2)).Item1.sum().item<float>(), output.sum().item<float>());
        Assert.Contains(
            "native code",
            Assert
                .Throws<LoadStateDictException>(() =>
                    net.LoadStateDict(state.ConvertTo(DType.Float64), new() { Assign = true })
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_module_on_the_meta_device_gets_memory_by_Device_or_Assign_and_is_not_passed_over()
    {
        StateDict state = Ones(new Networks.Wide());
        using var refused = new Networks.Wide(device: META);
        Assert.Contains(
            "Device",
            Assert.Throws<LoadStateDictException>(() => refused.LoadStateDict(state)).Message,
            StringComparison.Ordinal
        );
        foreach (
            LoadStateDictOptions options in new LoadStateDictOptions[]
            {
                new() { Device = CPU },
                new() { Assign = true },
            }
        )
        {
            using var net = new Networks.Wide(device: META);
            net.LoadStateDict(state, options);
            Assert.Equal(DeviceType.CPU, net.Weight.device_type);
            Assert.True(net.Weight.requires_grad);
            Assert.Equal(32, net.Weight.sum().item<float>());
        }
    }

    [Fact]
    public void Tensors_with_gaps_or_another_order_in_memory_get_every_element()
    {
        TensorView numbers = TensorView
            .FromArray(Enumerable.Range(0, 72).Select(i => (float)i).ToArray())
            .Reshape(2, 4, 3, 3);
        using Tensor channelsLast = zeros(2, 3, 3, 4).permute(0, 3, 1, 2);
        using Tensor gaps = zeros(2, 4, 3, 5).narrow(3, 1, 3);
        Assert.False(channelsLast.is_contiguous());
        foreach (Tensor target in new[] { channelsLast, gaps })
        {
            foreach (bool staged in new[] { false, true })
            {
                using var net = new Holder(target);
                target.zero_();
                net.LoadStateDict(new StateDict { ["value"] = numbers }, new() { IsStagedOnly = staged });
                using Tensor contiguous = target.contiguous();
                Assert.Equal(numbers.ToArray<float>(), contiguous.data<float>().ToArray());
            }
        }
    }

    [Fact]
    public void Large_tensors_go_through_the_buffer_in_parts()
    {
        // More than the buffer holds, in a shape whose first dimensions do not cut it.
        float[] elements = [.. Enumerable.Range(0, 3 << 20).Select(i => (float)i)];
        TensorView view = TensorView.FromArray(elements).Reshape(1, 3, 1 << 20);
        using Tensor target = zeros(1, 3, 1 << 20);
        using var net = new Holder(target);
        net.LoadStateDict(new StateDict { ["value"] = view }, new() { IsStagedOnly = true });
        Assert.Equal(elements, target.data<float>().ToArray());
    }

    [Fact]
    public void A_wrong_checksum_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        using var net = new Networks.Wide();
        StateDict state = Ones(net);
        string path = Path.Combine(folder.Path, "a.pth");
        state["bias"] = TensorView.FromArray(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 });
        Checkpoint.Save(path, state);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(BitConverter.GetBytes(7f))] ^= 1;
        path = folder.Write("b.pth", bytes);
        Assert.Equal(
            CheckpointErrorKind.ChecksumMismatch,
            Assert.Throws<CheckpointException>(() => net.LoadCheckpoint(path)).Kind
        );
        Assert.Equal(0, net.Weight.sum().item<float>());
        net.LoadCheckpoint(path, new() { Read = new() { VerifyChecksums = false } });
        Assert.Equal(32, net.Weight.sum().item<float>());
    }

    [Fact]
    public void Progress_is_told_and_a_cancelled_load_begins_nothing()
    {
        using var net = new Networks.Wide();
        var told = new List<TransferProgress>();
        net.LoadStateDict(Ones(net), new() { Progress = new Listener(told) });
        Assert.Equal(new TransferProgress(160, 160), told[^1]);

        using var other = new Networks.Wide();
        Assert.Throws<OperationCanceledException>(() =>
            other.LoadStateDict(Ones(net), new() { CancellationToken = new CancellationToken(canceled: true) })
        );
        Assert.Equal(0, other.Weight.sum().item<float>());
    }

    private static StateDict Ones(nn.Module net)
    {
        var state = new StateDict();
        var made = new Dictionary<Storage, TensorView>();
        StateDict own = net.ToStateDict();
        state.Metadata = own.Metadata;
        foreach ((string name, TensorView view) in own)
        {
            if (!made.TryGetValue(view.Storage, out TensorView? value))
            {
                value =
                    view.DType == DType.Int64
                        ? TensorView.Zeros(DType.Int64, view.Shape.AsSpan())
                        : TensorView
                            .FromArray(Enumerable.Repeat(1f, (int)view.ElementCount).ToArray())
                            .Reshape(view.Shape.AsSpan());
                made.Add(view.Storage, value);
            }
            state[name] = value;
        }
        return state;
    }

    /// <summary>What DataParallel is to the names.</summary>
    private sealed class Wrapper : nn.Module
    {
        private readonly Networks.Net module;

        public Wrapper(Networks.Net module)
            : base(nameof(Wrapper))
        {
            this.module = module;
            RegisterComponents();
        }

        public Networks.Net Inner => module;
    }

    private sealed class Holder : nn.Module
    {
        public Holder(Tensor value)
            : base(nameof(Holder)) => register_buffer("value", value.alias());
    }

    private sealed class Listener(List<TransferProgress> told) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => told.Add(value);
    }
}
