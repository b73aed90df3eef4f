using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Pth.Benchmarks.Ddp;

/// <summary>
/// Ranks that wait for what to measure. Each has a socket of its own: a launcher hands standard input to one rank only, and a rank that waits
/// for a message of another one meanwhile would ask for it again and again, at the cost of who is measured.
/// </summary>
internal sealed class Contender : IDisposable
{
    private readonly List<Process> _processes = [];
    private readonly List<StreamReader> _answers = [];
    private readonly List<StreamWriter> _questions = [];

    private Contender(string name, string folder, int ranks, Instructions instructions, params string[][] commands)
    {
        Name = name;
        Directory.CreateDirectory(folder);
        List<Socket> listeners =
        [
            .. Enumerable.Range(0, ranks).Select(rank => Listen(Path.Combine(folder, $"{rank}"))),
        ];
        _processes.AddRange(commands.Select(command => Start(command, instructions)));
        foreach (Socket listener in listeners)
        {
            NetworkStream stream = new(listener.Accept(), ownsSocket: true);
            _answers.Add(new StreamReader(stream));
            _questions.Add(new StreamWriter(stream) { AutoFlush = true });
            listener.Dispose();
        }
        Version = Answers()[0];
        Directory.Delete(folder, recursive: true);
    }

    public string Name { get; }

    public string Version { get; }

    /// <param name="ranks">How many processes.</param>
    /// <param name="set">What they may use.</param>
    /// <param name="words">What <see cref="Worker"/> is told.</param>
    public static Contender OpenMpi(int ranks, Instructions set, params string[] words)
    {
        string folder = NewFolder("/");
        string launcher = $"mpirun.openmpi --oversubscribe --bind-to none -n {ranks}";
        return new(Named("Pth, Open MPI", words), folder, ranks, set, [.. launcher.Split(' '), .. Self(folder, words)]);
    }

    /// <inheritdoc cref="OpenMpi" />
    public static Contender Mpich(int ranks, Instructions set, params string[] words)
    {
        string folder = NewFolder("/");
        string[] command = [.. $"mpiexec.hydra -n {ranks}".Split(' '), .. Self(folder, words)];
        return new(Named("Pth, MPICH", words), folder, ranks, set, command);
    }

    /// <summary>TorchSharp without a group.</summary>
    /// <inheritdoc cref="OpenMpi" />
    public static Contender Unconnected(int ranks, Instructions set, params string[] words)
    {
        string folder = NewFolder("/");
        string[][] commands =
        [
            .. Enumerable
                .Range(0, ranks)
                .Select(rank => Self(folder, [rank.ToString(CultureInfo.InvariantCulture), .. words])),
        ];
        return new(Named("unconnected", words), folder, ranks, set, commands);
    }

    /// <summary>PyTorch in a root folder of its own.</summary>
    public static Contender Gloo(string root, int ranks, Instructions set, params string[] words)
    {
        string folder = NewFolder(root);
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, "ddp_worker.py"),
            Path.Combine(root, "tmp/ddp_worker.py"),
            true
        );
        string port = Random.Shared.Next(20_000, 30_000).ToString(CultureInfo.InvariantCulture);
        string inside = "/" + Path.GetRelativePath(root, folder);
        string[][] commands =
        [
            .. Enumerable
                .Range(0, ranks)
                .Select(rank =>
                    (string[])
                        [
                            .. "env USE_LIBUV=0 chroot".Split(' '),
                            root,
                            .. $"python3 /tmp/ddp_worker.py {inside} {rank} {ranks} {port}".Split(' '),
                            .. words,
                        ]
                ),
        ];
        return new(Named("PyTorch, gloo", words), folder, ranks, set, commands);
    }

    /// <summary>A step, after one that does not count; the mean of the ranks.</summary>
    public StepTimes Measure(int steps)
    {
        Ask($"steps {steps}");
        StepTimes[] times = [.. Answers().Select(StepTimes.Parse)];
        return times.All(rank => double.IsFinite(rank.Loss))
            ? StepTimes.Mean(times)
            : throw new InvalidOperationException($"{Name}: the loss is not a number any more");
    }

    /// <summary>What saving costs rank 0, which does it.</summary>
    public SaveTimes Save(string path)
    {
        Ask($"save {path}");
        return SaveTimes.Parse(Answers()[0]);
    }

    public void Dispose()
    {
        _questions.ForEach(question => question.Dispose());
        foreach (Process process in _processes)
        {
            if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                process.Kill(entireProcessTree: true);
            }
            process.Dispose();
        }
    }

    private void Ask(string question) => _questions.ForEach(rank => rank.WriteLine(question));

    private List<string> Answers() =>
        [.. _answers.Select(rank => rank.ReadLine() ?? throw new InvalidOperationException($"{Name} has ended"))];

    private static string NewFolder(string root) =>
        Path.Combine(root, "tmp", $"pth-ddp-{Guid.NewGuid().ToString("N")[..8]}");

    private static Socket Listen(string path)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        return listener;
    }

    private static string Named(string name, string[] words) => string.Join(", ", [name, .. words]);

    private static string[] Self(string folder, string[] words) =>
        [Environment.ProcessPath!, "worker", folder, .. words];

    private static Process Start(string[] command, Instructions instructions)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { UseShellExecute = false };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["TERM"] = "dumb";
        instructions.Apply(start.Environment);
        return Process.Start(start)!;
    }
}
