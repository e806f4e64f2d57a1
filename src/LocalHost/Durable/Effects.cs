namespace Understudy.LocalHost.Durable;

/// <summary>What follows from a transaction once it is committed.</summary>
internal sealed class Effects
{
    /// <summary>Activities to run.</summary>
    public List<ActivityWork> Activities { get; } = [];

    /// <summary>Steps that are due later.</summary>
    public List<PendingStep> Timers { get; } = [];

    /// <summary>Messages for the next transaction, ahead of what others sent.</summary>
    public List<EngineMessage> Next { get; } = [];

    /// <summary>Answers to clients.</summary>
    public List<Action> Replies { get; } = [];

    /// <summary>Instances that finished.</summary>
    public List<string> Finished { get; } = [];
}
