using Pth.Distributed.Tests.Checkpoints;
using Pth.Distributed.Tests.Groups;

namespace Pth.Distributed.Tests;

/// <summary>What the processes of jobs do, by name.</summary>
internal static class Workers
{
    public static int Run(string name, string[] arguments)
    {
        switch (name)
        {
            case "mpi":
                MpiWorkers.Run(arguments);
                return 0;
            case "checkpoints" when arguments is ["save-together", string path]:
                CheckpointWorkers.SaveTogether(path);
                return 0;
            case "checkpoints" when arguments is ["save-forever", string folder]:
                CheckpointWorkers.SaveForever(folder);
                return 0;
            case "overlap":
                Live.OverlapWorkers.Run();
                return 0;
            case "ddp-vgg":
                Live.DdpWorkers.RunVgg(arguments[0]);
                return 0;
            case "ddp":
                Live.DdpWorkers.Run(arguments);
                return 0;
            default:
                Console.Error.WriteLine($"found no worker {name}");
                return 2;
        }
    }
}
