using Pth.Benchmarks.Compare;
using Pth.Benchmarks.Torch;

// run torch                    the comparison: see Settings for the options
// worker, time COMMAND ...     what the comparison starts
switch (args)
{
    case ["worker"]:
        using (var modules = new HeldModule())
        {
            return PthWorker.Run(Console.In, Console.Out, modules.Prepare);
        }
    case ["time", .. var command]:
        return TimedProcess.RunInner(command);
    default:
        return TorchComparison.Run(Settings.Parse(args));
}
