using Pth.Benchmarks.Compare;

// run                          the comparison: see Settings for the options
// run containers               the same for other containers, conversion and checks
// run scan                     a scan of many checkpoints, beside scanners in Python
// run scaling                  how time grows with tensors and bytes
// worker, time COMMAND ...     what the comparison starts
return args switch
{
    ["worker"] => PthWorker.Run(Console.In, Console.Out, PthWorker.Prepare),
    ["time", .. var command] => TimedProcess.RunInner(command),
    ["containers", .. var rest] => ContainerComparison.Run(Settings.Parse(rest)),
    ["scan", .. var rest] => ScanComparison.Run(Settings.Parse(rest)),
    ["scaling", .. var rest] => Scaling.Run(Settings.Parse(rest)),
    _ => Comparison.Run(Settings.Parse(args)),
};
