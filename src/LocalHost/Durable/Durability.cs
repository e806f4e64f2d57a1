namespace Understudy.LocalHost.Durable;

/// <summary>What a committed step survives.</summary>
public enum Durability
{
    /// <summary>
    /// The death of the process at any moment (SIGKILL included): the operating system holds what was written. A power cut may
    /// undo the last commits, never leave half of one; the steps they held run again.
    /// </summary>
    ProcessCrash,

    /// <summary>A power cut as well: each commit waits for the disk.</summary>
    PowerLoss,
}
