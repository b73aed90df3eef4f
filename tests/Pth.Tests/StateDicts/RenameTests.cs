namespace Pth.Tests.StateDicts;

public class RenameTests
{
    [Fact]
    public void A_prefix_is_taken_off_the_front_only()
    {
        string[] names = ["module.encoder.module.weight", "module.head.bias", "module.module.weight", "epoch"];

        StateDict stripped = Sample.State(names).WithoutPrefix("module.");

        Assert.Equal(["encoder.module.weight", "head.bias", "module.weight", "epoch"], stripped.Keys);
        // What k.replace('module.', '') makes of the same names: two layers have lost their own.
        Assert.Equal(
            ["encoder.weight", "head.bias", "weight", "epoch"],
            names.Select(name => name.Replace("module.", "", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("parallel", "consumed")]
    [InlineData("consumed", "consumed")]
    public void Names_and_metadata_follow_as_PyTorch_does_it(string before, string after)
    {
        StateDict stripped = Golden.State(before).WithoutPrefix("module.");

        Assert.Equal(Golden.Read(after).Names, stripped.Keys);
        Assert.Equal(Golden.Read(after).Metadata, Golden.MetadataOf(stripped));
    }

    [Fact]
    public void Where_only_some_names_have_the_prefix_metadata_is_as_PyTorch_has_it_and_entries_stay_in_place()
    {
        StateDict before = Golden.State("partly");
        before.MoveTo("module.head.0.weight", 0);

        StateDict stripped = before.WithoutPrefix("module.");

        Assert.Equal("head.0.weight", stripped.Keys[0]);
        Assert.Equal(Golden.Read("partly_consumed").Names.Order(), stripped.Keys.Order());
        Assert.Equal(Golden.Read("partly_consumed").Metadata, Golden.MetadataOf(stripped));
    }

    [Theory]
    [InlineData("module.", "parallel")]
    [InlineData("a.b.", "nested")]
    public void Adding_a_prefix_gives_what_PyTorch_gives_for_the_network_as_a_child(string prefix, string wrapped)
    {
        StateDict added = Golden.State("plain").WithPrefix(prefix);

        Assert.Equal(Golden.Read(wrapped).Names, added.Keys);
        Assert.Equal(Golden.Read(wrapped).Metadata, Golden.MetadataOf(added));
    }

    [Theory]
    [InlineData("parallel")]
    [InlineData("compiled")]
    [InlineData("compiled_parallel")]
    [InlineData("parallel_compiled")]
    [InlineData("inner_compiled")]
    [InlineData("plain")]
    public void Unwrapping_gives_the_network_back(string wrapped)
    {
        StateDict unwrapped = Golden.State(wrapped).Unwrap();

        Assert.Equal(Golden.Read("plain").Names, unwrapped.Keys);
        Assert.Equal(Golden.Read("plain").Metadata, Golden.MetadataOf(unwrapped));
    }

    [Theory]
    [InlineData("averaged")]
    [InlineData("parallel_averaged")]
    public void The_counter_of_AveragedModel_does_not_hide_the_wrapper(string wrapped)
    {
        StateDict unwrapped = Golden.State(wrapped).Unwrap();

        Assert.Equal(["n_averaged", .. Golden.Read("plain").Names], unwrapped.Keys);
    }

    [Theory]
    [InlineData(
        "_fsdp_wrapped_module.layers.0._fsdp_wrapped_module._checkpoint_wrapped_module.fc.weight",
        "layers.0.fc.weight"
    )]
    [InlineData("_fpw_module.fc.weight", "fc.weight")]
    [InlineData("_forward_module.module._orig_mod.module.fc.weight", "fc.weight")]
    [InlineData("model._orig_mod.0.weight", "model.0.weight")]
    [InlineData("encoder.module.weight", "encoder.module.weight")]
    [InlineData("my_orig_mod.weight", "my_orig_mod.weight")]
    [InlineData("a._orig_mod", "a._orig_mod")]
    public void Every_wrapper_is_taken_off_and_nothing_else(string name, string expected) =>
        Assert.Equal([expected], Sample.State([name]).Unwrap().Keys);

    [Fact]
    public void A_layer_that_is_called_module_stays_when_others_are_beside_it()
    {
        string[] names = ["module.weight", "head.weight"];
        Assert.Equal(names, Sample.State(names).Unwrap().Keys);
    }

    [Fact]
    public void Entries_that_are_no_tensors_do_not_hide_a_wrapper_and_are_renamed_too()
    {
        StateDict state = Sample.State(["module.a.weight"]);
        state.SetEntry("epoch", 3);
        state.SetEntry("module.a._extra_state", "text");

        Assert.Equal(["a.weight", "epoch", "a._extra_state"], state.Unwrap().Entries.Keys);
    }

    [Fact]
    public void Patterns_replace_every_match_and_rules_follow_one_another()
    {
        StateDict state = Sample.State(
            ["backbone.layer1.gamma", "backbone.layer1.beta", "head.gamma"],
            [("", 1), ("backbone", 1), ("backbone.layer1", 2), ("head", 1)]
        );

        StateDict renamed = state.Rename(
            RenameRule.Replace(@"^backbone\.layer(\d)\.", "encoder.$1."),
            RenameRule.Replace("gamma$", "weight"),
            RenameRule.Replace("beta$", "bias")
        );

        Assert.Equal(["encoder.1.weight", "encoder.1.bias", "head.weight"], renamed.Keys);
        Assert.Equal([("", 1L), ("backbone", 1L), ("head", 1L), ("encoder.1", 2L)], Golden.MetadataOf(renamed));
        Assert.Equal(["backbone.layer1.gamma", "backbone.layer1.beta", "head.gamma"], state.Keys);
    }

    [Fact]
    public void Patterns_may_look_around_and_a_slow_one_is_stopped()
    {
        Assert.Equal(
            ["x.module.w"],
            Sample.State(["module.x.module.w"]).Rename(RenameRule.Replace(@"(?<!\.)module\.", "")).Keys
        );

        StateDict hostile = Sample.State([new string('a', 4000) + "!"]);
        Assert.Equal(hostile.Keys, hostile.Rename(RenameRule.Replace("^(a+)+$", "")).Keys);
        Assert.Throws<InvalidOperationException>(() => hostile.Rename(RenameRule.Replace("^(?=a)(a+)+$", "")));
        Assert.ThrowsAny<ArgumentException>(() => RenameRule.Replace("(", ""));
    }

    [Fact]
    public void Two_names_that_become_one_are_an_error_that_has_both()
    {
        StateDict state = Sample.State(["module.fc.weight", "fc.weight"]);

        var error = Assert.Throws<InvalidOperationException>(() => state.WithoutPrefix("module."));

        Assert.Equal("The names 'module.fc.weight' and 'fc.weight' would both become 'fc.weight'.", error.Message);
        Assert.Equal(
            ["fc.weight", "fc.weight"],
            state.PreviewRename(RenameRule.Unwrap, RenameRule.StripPrefix("module.")).Select(p => p.Value)
        );
    }

    [Fact]
    public void Names_may_trade_places()
    {
        StateDict state = Sample.State(["a", "b"]);
        TensorView a = state["a"];

        StateDict renamed = state.Rename(
            RenameRule.Replace("^a$", "c"),
            RenameRule.Replace("^b$", "a"),
            RenameRule.Replace("^c$", "b")
        );

        Assert.Equal(["b", "a"], renamed.Keys);
        Assert.Same(a, renamed["b"]);
    }

    [Fact]
    public void Wrappers_are_detected_with_the_number_of_names_that_have_them()
    {
        IReadOnlyList<WrapperUse> all = WrapperPrefixes.Detect(["module.a", "module.b", "n_averaged"]);
        WrapperUse use = Assert.Single(all);
        Assert.Equal(("module.", 2, 2, true), (use.Prefix, use.Count, use.Total, use.IsOnEvery));

        IReadOnlyList<WrapperUse> some = WrapperPrefixes.Detect(["_orig_mod.module.a", "b._orig_mod.c", "d"]);
        Assert.Equal([("_orig_mod.", 2), ("module.", 1)], some.Select(u => (u.Prefix, u.Count)));
        Assert.All(some, u => Assert.False(u.IsOnEvery));

        Assert.Empty(WrapperPrefixes.Detect(["encoder.module.weight"]));
        Assert.Empty(WrapperPrefixes.Detect([]));
    }
}
