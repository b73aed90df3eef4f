using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pth.Torch.Tests.Optimizers;

public sealed class OptimizerStateTests
{
    [Fact]
    public void Another_number_of_groups_is_PyTorchs_error()
    {
        using var one = optim.SGD([new Parameter(zeros(2))], 0.1);
        using var two = TwoGroups();
        Assert.StartsWith(
            "loaded state dict has a different number of parameter groups",
            Assert.Throws<OptimizerStateException>(() => one.LoadStateDict(two.ToStateDict())).Message
        );
    }

    [Fact]
    public void A_group_of_another_size_is_PyTorchs_error()
    {
        using var one = optim.SGD([new Parameter(zeros(2))], 0.1);
        using var two = optim.SGD([new Parameter(zeros(2)), new Parameter(zeros(2))], 0.1);
        Assert.StartsWith(
            "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
            Assert.Throws<OptimizerStateException>(() => one.LoadStateDict(two.ToStateDict())).Message
        );
    }

    [Fact]
    public void What_TorchSharp_cannot_do_is_refused_by_name()
    {
        var parameter = new Parameter(zeros(2));
        using var adagrad = optim.Adagrad([parameter]);
        PyDict state = adagrad.ToStateDict();
        Group(state)["maximize"] = true;
        Assert.Contains(
            "param_groups[0]['maximize'] is True, which TorchSharp's Adagrad cannot do",
            Assert.Throws<NotSupportedException>(() => adagrad.LoadStateDict(state)).Message
        );
        adagrad.LoadStateDict(state, new() { Ignore = ["maximize"] });

        using var adam = optim.Adam([parameter]);
        state = adam.ToStateDict();
        Group(state)["decoupled_weight_decay"] = true;
        Assert.Contains(
            "Its AdamW can.",
            Assert.Throws<NotSupportedException>(() => adam.LoadStateDict(state)).Message
        );

        using var sgd = optim.SGD([parameter], 0.1, maximize: true, weight_decay: 0.1);
        Assert.Contains(
            "'maximize' and 'weight_decay'",
            Assert.Throws<NotSupportedException>(() => sgd.LoadStateDict(sgd.ToStateDict())).Message
        );
    }

    [Fact]
    public void Keys_without_a_place_are_refused_by_name_unless_they_change_no_step()
    {
        using var sgd = optim.SGD([new Parameter(zeros(2))], 0.1);
        PyDict state = sgd.ToStateDict();
        Group(state)["param_names"] = new PyList { "weight" };
        sgd.LoadStateDict(state);
        Group(state)["lr_scale"] = 0.5;
        Assert.Contains("'lr_scale'", Assert.Throws<NotSupportedException>(() => sgd.LoadStateDict(state)).Message);
        sgd.LoadStateDict(state, new() { Ignore = ["lr_scale"] });
    }

    [Fact]
    public void The_state_of_another_optimizer_is_refused()
    {
        var parameter = new Parameter(ones(2));
        using var sgd = optim.SGD([parameter], 0.1, momentum: 0.9);
        using var adam = optim.Adam([parameter]);
        Assert.Contains(
            "'betas'",
            Assert.Throws<NotSupportedException>(() => sgd.LoadStateDict(adam.ToStateDict())).Message
        );
        Assert.Throws<NotSupportedException>(() => adam.LoadStateDict(sgd.ToStateDict()));
        PyDict old = adam.ToStateDict();
        Group(old).Remove("betas");
        Assert.Contains(
            "no key 'betas'",
            Assert.Throws<OptimizerStateException>(() => adam.LoadStateDict(old)).Message
        );
    }

    [Fact]
    public void A_state_of_another_shape_is_refused_and_nothing_is_changed()
    {
        var parameter = new Parameter(ones(2, 3));
        using var adam = optim.Adam([parameter], 0.5);
        Step(adam, parameter);
        PyDict state = adam.ToStateDict();
        Group(state)["lr"] = 0.25;
        state["state"].As<PyDict>()[new PyInt(0)].As<PyDict>()["exp_avg_sq"] = TensorView.FromArray(new float[3, 2]);
        Assert.Equal(
            "state[0]['exp_avg_sq']: found torch.Size([3, 2]), expected torch.Size([2, 3]) as the parameter has.",
            Assert.Throws<OptimizerStateException>(() => adam.LoadStateDict(state)).Message
        );
        Assert.Equal(0.5, adam.ParamGroups.Single().LearningRate);
        Assert.Equal(1, ((Adam.State)adam.state_dict().State[0]).step);
    }

    [Fact]
    public void States_take_the_element_type_of_the_parameter_and_survive_the_scope_they_are_loaded_in()
    {
        var narrow = new Parameter(ones(2));
        using var from = optim.Adam([narrow]);
        Step(from, narrow);
        var wide = new Parameter(ones(2, dtype: float64));
        using var to = optim.Adam([wide]);
        using (NewDisposeScope())
        {
            to.LoadStateDict(from.ToStateDict());
        }
        Tensor mean = ((Adam.State)to.state_dict().State[0]).exp_avg;
        Assert.Equal(float64, mean.dtype);
        Assert.Equal(0.1, mean[0].item<double>(), 1e-6);
    }

    [Fact]
    public void A_parameter_that_was_never_stepped_has_no_state_and_starts_anew()
    {
        var trained = new Parameter(ones(2));
        var frozen = new Parameter(ones(2));
        using var adam = optim.Adam([trained, frozen]);
        PyDict before = adam.ToStateDict();
        Step(adam, trained);
        PyDict after = adam.ToStateDict();
        Assert.Equal(["0"], after["state"].As<PyDict>().Keys.Select(key => key.Describe()));
        adam.LoadStateDict(before);
        Assert.Equal(0, ((Adam.State)adam.state_dict().State[0]).step);
        Assert.Equal(0, ((Adam.State)adam.state_dict().State[0]).exp_avg.sum().item<float>());
    }

    [Fact]
    public void LBFGS_is_refused()
    {
        using var optimizer = optim.LBFGS([new Parameter(ones(2))]);
        Assert.Contains("LBFGS", Assert.Throws<NotSupportedException>(() => optimizer.ToStateDict()).Message);
    }

    private static SGD TwoGroups() =>
        optim.SGD([new SGD.ParamGroup([new Parameter(zeros(2))]), new SGD.ParamGroup([new Parameter(zeros(2))])], 0.1);

    private static PyDict Group(PyDict state) => state["param_groups"][0].As<PyDict>();

    private static void Step(optim.Optimizer optimizer, Parameter parameter)
    {
        optimizer.zero_grad();
        parameter.sum().backward();
        optimizer.step();
    }
}
