namespace Understudy.Workflows.Retraining;

/// <summary>The trainer of a host that has none.</summary>
public sealed class NoTrainer : ITrainer
{
    public string Unavailable => "This host has no trainer. In Azure, deploy the job that trains (trainerImage in docs/deploy.md); or retrain on one machine ('./run serve') and promote the release here.";

    public Task StartAsync(TrainingOrder order, CancellationToken cancellationToken) => throw new RetrainingUnavailableException(Unavailable);

    public Task<TrainingState> LookAsync(TrainingOrder order, CancellationToken cancellationToken) => throw new RetrainingUnavailableException(Unavailable);

    public Task StopAsync(string run, CancellationToken cancellationToken) => Task.CompletedTask;
}
