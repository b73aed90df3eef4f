namespace Pth.Torch.Tests.Models;

/// <summary>Alone, since the seed is the process's: other tests draw numbers too.</summary>
[CollectionDefinition("The seed", DisableParallelization = true)]
public sealed class TheSeed;
