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
            default:
                Console.Error.WriteLine($"found no worker {name}");
                return 2;
        }
    }
}
