namespace Understudy.Workflows.Retraining;

/// <summary>
/// Where training runs: in this process on one machine, as a container job in Azure. It leaves its state as a blob and its results in
/// <c>work/{run}/candidate/</c>. Thread-safe.
/// </summary>
public interface ITrainer
{
    /// <summary>Why nothing can be trained here; null when it can.</summary>
    string? Unavailable { get; }

    /// <summary>Starts the work, unless it is under way or done already.</summary>
    Task StartAsync(TrainingOrder order, CancellationToken cancellationToken);

    /// <summary>Where it stands.</summary>
    Task<TrainingState> LookAsync(TrainingOrder order, CancellationToken cancellationToken);

    /// <summary>Stops the work on a run, if there is any.</summary>
    Task StopAsync(string run, CancellationToken cancellationToken);
}
