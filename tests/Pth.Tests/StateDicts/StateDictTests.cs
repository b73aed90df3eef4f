namespace Pth.Tests.StateDicts;

public class StateDictTests
{
    [Fact]
    public void Tensors_are_a_dictionary_and_other_entries_keep_their_place_beside_them()
    {
        StateDict state = StateDict.FromPython(
            Sample.Dict(("a", Sample.Tensor(2)), ("_extra_state", "text"), ("b", Sample.Tensor(3)))
        );

        Assert.Equal(2, state.Count);
        Assert.Equal(["a", "b"], state.Keys);
        Assert.Equal(["a", "b"], state.Select(pair => pair.Key));
        Assert.Equal(["a", "_extra_state", "b"], state.Entries.Keys);
        Assert.Equal([3], state["b"].Shape);
        Assert.False(state.ContainsKey("_extra_state"));
        Assert.False(state.TryGetValue("_extra_state", out _));
        Assert.Throws<KeyNotFoundException>(() => state["_extra_state"]);
        Assert.Throws<ArgumentException>(() => state.Add("_extra_state", Sample.Tensor(1)));
    }

    [Fact]
    public void Add_appends_set_replaces_in_place_remove_takes_any_entry()
    {
        StateDict state = Sample.State(["a", "b", "c"]);

        state["b"] = Sample.Tensor(9);
        state.Add("d", Sample.Tensor(1));
        state.SetEntry("e", 5);
        Assert.True(state.Remove("a"));
        Assert.False(state.Remove("a"));

        Assert.Equal(["b", "c", "d", "e"], state.Entries.Keys);
        Assert.Equal([9], state["b"].Shape);
        Assert.Equal(3, state.Count);

        state.SetEntry("b", PyNone.Value);
        Assert.Equal(2, state.Count);
        state["e"] = Sample.Tensor(1);
        Assert.Equal(["c", "d", "e"], state.Keys);
        state.Clear();
        Assert.Empty(state);
        Assert.Empty(state.Entries);
    }

    [Fact]
    public void Entries_move_and_are_put_in_order()
    {
        StateDict state = Sample.State(["a", "b", "c", "d"]);

        state.MoveTo("d", 1);
        Assert.Equal(["a", "d", "b", "c"], state.Keys);
        state.MoveTo("a", 3);
        Assert.Equal(["d", "b", "c", "a"], state.Keys);
        state.Reorder(["a", "c"]);
        Assert.Equal(["a", "c", "d", "b"], state.Keys);

        Assert.Throws<KeyNotFoundException>(() => state.MoveTo("x", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => state.MoveTo("a", 4));
        Assert.Throws<ArgumentException>(() => state.Reorder(["x"]));
        Assert.Throws<ArgumentException>(() => state.Reorder(["a", "a"]));
        Assert.Equal(["a", "c", "d", "b"], state.Keys);
    }

    [Fact]
    public void Copies_share_tensors_and_are_edited_apart()
    {
        StateDict state = Sample.State(["a", "b"], [("", 1)]);

        StateDict copy = state.Copy();
        copy.Remove("a");

        Assert.Equal(["a", "b"], state.Keys);
        Assert.Same(state["b"], copy["b"]);
        Assert.Equal(["b"], state.Where(name => name == "b").Keys);
    }

    [Fact]
    public void What_was_not_changed_is_written_as_the_objects_that_were_read()
    {
        PyDict source = Sample.Ordered(("module.a", Sample.Tensor(1)), ("n", 1), ("module.b", Sample.Tensor(1)));
        source.State = Sample.Dict(("_metadata", Sample.Ordered(("", Sample.Dict()))), ("other", 3));

        PyDict written = StateDict.FromPython(source).ToPython();

        Assert.NotSame(source, written);
        Assert.True(written.IsOrdered);
        Assert.Same(source.State, written.State);
        Assert.Equal(source.Count, written.Count);
        for (int i = 0; i < source.Count; i++)
        {
            Assert.Same(source.GetAt(i).Key, written.GetAt(i).Key);
            Assert.Same(source.GetAt(i).Value, written.GetAt(i).Value);
        }
    }

    [Fact]
    public void A_rename_makes_new_strings_only_for_the_names_that_change_and_keeps_the_tensors()
    {
        PyDict source = Sample.Dict(("module.a", Sample.Tensor(1)), ("b", Sample.Tensor(1)));

        PyDict written = StateDict.FromPython(source).WithoutPrefix("module.").ToPython();

        Assert.False(written.IsOrdered);
        Assert.Null(written.State);
        Assert.Equal("a", written.GetAt(0).Key.As<PyString>().Value);
        Assert.Same(source.GetAt(0).Value, written.GetAt(0).Value);
        Assert.Same(source.GetAt(1).Key, written.GetAt(1).Key);
    }

    [Fact]
    public void Other_attributes_stay_when_the_metadata_changes_or_goes()
    {
        PyDict source = Sample.Ordered(("module.a", Sample.Tensor(1)));
        source.State = Sample.Dict(("first", 1), ("_metadata", Sample.Ordered(("module", Sample.Dict()))), ("last", 2));
        StateDict state = StateDict.FromPython(source).WithoutPrefix("module.");

        var renamed = state.ToPython().State!.As<PyDict>();
        Assert.Equal(["'first'", "'_metadata'", "'last'"], renamed.Keys.Select(key => key.Describe()));
        Assert.True(renamed["_metadata"].As<PyDict>().ContainsKey(""));

        state.Metadata = null;
        var without = state.ToPython().State!.As<PyDict>();
        Assert.Equal(["'first'", "'last'"], without.Keys.Select(key => key.Describe()));
    }

    [Fact]
    public void Attributes_that_were_set_several_times_stay_several_and_the_last_metadata_counts()
    {
        PyDict source = Sample.Ordered(("module.a", Sample.Tensor(1)));
        PyDict first = Sample.Dict(
            ("_metadata", Sample.Ordered(("module", Sample.Dict(("version", 1))))),
            ("other", 3)
        );
        PyDict second = Sample.Dict(("_metadata", Sample.Ordered(("module", Sample.Dict(("version", 2))))));
        Assert.True(source.TryAddState(first) && source.TryAddState(second));
        StateDict state = StateDict.FromPython(source);

        Assert.Same(second["_metadata"], state.Metadata);
        Assert.Equal([first, second], state.ToPython().States);

        PyDict renamed = state.WithoutPrefix("module.").ToPython();
        Assert.Equal(["'other'"], renamed.State!.As<PyDict>().Keys.Select(key => key.Describe()));
        Assert.Equal("2", Assert.Single(renamed.LaterStates)["_metadata"][""]["version"].Describe());
    }

    [Fact]
    public void A_new_one_is_an_OrderedDict_with_metadata_when_it_has_any()
    {
        var state = new StateDict { ["a"] = Sample.Tensor(1) };
        Assert.True(state.ToPython().IsOrdered);
        Assert.Null(state.ToPython().State);

        state.Metadata = Sample.Ordered(("", Sample.Dict(("version", 1))));
        Assert.Same(state.Metadata, state.ToPython().State!["_metadata"]);
    }

    [Fact]
    public void One_view_under_two_names_is_one_tensor_in_the_file()
    {
        StateDict state = Sample.State(["a"]);
        TensorView fresh = Sample.Tensor(1);

        state["tied"] = state["a"];
        state["x"] = fresh;
        state["y"] = fresh;
        state["z"] = Sample.Tensor(1);

        PyDict written = state.ToPython();
        Assert.Same(written["a"], written["tied"]);
        Assert.Same(written["x"], written["y"]);
        Assert.NotSame(written["x"], written["z"]);
    }

    [Fact]
    public void Keys_that_are_no_strings_are_refused()
    {
        var dictionary = new PyDict { { 1, Sample.Tensor(1) } };
        var error = Assert.Throws<ArgumentException>(() => StateDict.FromPython(dictionary));
        Assert.Contains("the key 1", error.Message, StringComparison.Ordinal);
    }
}
