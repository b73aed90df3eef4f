namespace Pth.Security;

/// <summary>Why a pickle was not followed any further.</summary>
internal enum PickleEnd
{
    Stop,

    /// <summary>A byte that is no instruction, or an argument that is not there.</summary>
    Broken,

    /// <summary>The bytes end between two instructions.</summary>
    Cut,

    /// <summary>It holds too much.</summary>
    TooMuch,
}
