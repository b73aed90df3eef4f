using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Pth.Torch.Tests.Optimizers;

public sealed class SchedulerStateTests : IDisposable
{
    private readonly SGD _optimizer = optim.SGD([new Parameter(ones(1))], 0.1, momentum: 0.9);

    [Fact]
    public void The_state_of_a_scheduler_is_PyTorchs()
    {
        lr_scheduler.LRScheduler scheduler = lr_scheduler.StepLR(_optimizer, 2);
        scheduler.step();
        Assert.Equal(
            [
                "'step_size': 2",
                "'gamma': 0.1",
                "'base_lrs': list of 1",
                "'last_epoch': 1",
                "'_step_count': 2",
                "'_is_initial': False",
                "'_get_lr_called_within_step': False",
                "'_last_lr': list of 1",
            ],
            scheduler.ToStateDict().Select(entry => $"{entry.Key}: {entry.Value}")
        );
    }

    [Fact]
    public void A_milestone_that_counts_twice_is_refused()
    {
        lr_scheduler.LRScheduler scheduler = lr_scheduler.MultiStepLR(_optimizer, [3]);
        PyDict state = scheduler.ToStateDict();
        state["milestones"] = new PyObject(
            new PyGlobal("collections", "Counter"),
            new PyTuple(new PyDict { [new PyInt(3)] = new PyInt(2) })
        );
        Assert.Contains(
            "3 more than once",
            Assert.Throws<NotSupportedException>(() => scheduler.LoadStateDict(state)).Message
        );
    }

    [Fact]
    public void The_state_of_another_scheduler_or_of_more_groups_is_refused_and_nothing_is_changed()
    {
        lr_scheduler.LRScheduler step = lr_scheduler.StepLR(_optimizer, 2);
        lr_scheduler.LRScheduler linear = lr_scheduler.LinearLR(_optimizer);
        Assert.Contains(
            "'start_factor'",
            Assert.Throws<NotSupportedException>(() => step.LoadStateDict(linear.ToStateDict())).Message
        );
        PyDict state = step.ToStateDict();
        state["last_epoch"] = 7;
        state["base_lrs"] = new PyList { 0.1, 0.2 };
        Assert.Contains(
            "found 2 numbers, expected 1",
            Assert.Throws<OptimizerStateException>(() => step.LoadStateDict(state)).Message
        );
        state.Remove(new PyString("base_lrs"));
        Assert.Contains(
            "no key 'base_lrs'",
            Assert.Throws<OptimizerStateException>(() => step.LoadStateDict(state)).Message
        );
        Assert.Equal("0", step.ToStateDict()["last_epoch"].Describe());
    }

    [Fact]
    public void OneCycleLR_made_with_other_arguments_is_refused_and_nothing_is_changed()
    {
        lr_scheduler.LRScheduler saved = lr_scheduler.OneCycleLR(_optimizer, 1.0, total_steps: 20);
        saved.step();
        PyDict state = saved.ToStateDict();
        lr_scheduler.LRScheduler other = lr_scheduler.OneCycleLR(_optimizer, 1.0, total_steps: 20, pct_start: 0.5);
        (double rate, double momentum) = (_optimizer.ParamGroups.Single().LearningRate, Momentum);
        Assert.Contains(
            "other arguments",
            Assert.Throws<NotSupportedException>(() => other.LoadStateDict(state)).Message
        );
        Assert.Equal((rate, momentum), (_optimizer.ParamGroups.Single().LearningRate, Momentum));
        Assert.Equal("0", other.ToStateDict()["last_epoch"].Describe());
        Assert.Contains(
            "total_steps",
            Assert
                .Throws<NotSupportedException>(() =>
                    lr_scheduler.OneCycleLR(_optimizer, 1.0, total_steps: 21).LoadStateDict(state)
                )
                .Message
        );
    }

    [Fact]
    public void Adam_has_its_first_beta_cycled()
    {
        using Adam adam = optim.Adam([new Parameter(ones(1))], 0.1, beta1: 0.5, beta2: 0.99);

        var cyclic = new CyclicRate(adam, 0.1, 0.3, stepsUp: 2, baseMomentum: 0.6, maxMomentum: 0.8);
        Assert.Equal((0.8, 0.99), ((IBetas)adam.ParamGroups.Single()).Betas);
        cyclic.step();
        Assert.Equal(0.7, ((IBetas)adam.ParamGroups.Single()).Betas.Item1, 1e-12);
        cyclic.step();
        Assert.Equal(0.6, ((IBetas)adam.ParamGroups.Single()).Betas.Item1, 1e-12);
        Assert.Equal(0.3, adam.ParamGroups.Single().LearningRate, 1e-12);
        Assert.Equal("True", cyclic.ToStateDict()["use_beta1"].Describe());
    }

    [Fact]
    public void Rates_that_do_not_fit_the_optimizer_are_refused()
    {
        Assert.Contains(
            "found 2 rates, expected 1",
            Assert.Throws<ArgumentException>(() => new OneCycleRate(_optimizer, [1, 2], 10)).Message
        );
        using optim.Optimizer plain = optim.Adadelta([new Parameter(ones(1))]);
        Assert.Contains(
            "expected an optimizer with momentum or betas",
            Assert.Throws<ArgumentException>(() => new CyclicRate(plain, 0.1, 0.2)).Message
        );
        Assert.Equal(0.1, new CyclicRate(plain, 0.1, 0.2, cyclesMomentum: false).get_last_lr().Single());
    }

    [Fact]
    public void OneCycleRate_ends_with_its_steps()
    {
        var scheduler = new OneCycleRate(_optimizer, [1], 3);
        for (int i = 0; i < 3; i++)
        {
            scheduler.step();
        }
        Assert.Contains(
            "found step 4, expected at most 3",
            Assert.Throws<InvalidOperationException>(() => scheduler.step()).Message
        );
    }

    public void Dispose() => _optimizer.Dispose();

    private double Momentum => ((IMomentum)_optimizer.ParamGroups.Single()).Momentum;
}
