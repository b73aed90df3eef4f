using Pth.Cli;
using Pth.Cli.Console;

using var console = new SystemConsole();
using var interruption = new Interruption();
return interruption.Explain(App.Run(args, console, interruption.Token));
