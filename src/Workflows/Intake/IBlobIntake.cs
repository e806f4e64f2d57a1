namespace Understudy.Workflows.Intake;

/// <summary>
/// What is done with the blobs that arrive in one container, whatever noticed them: a trigger, the look for missed ones, a redrive.
/// Thread-safe.
/// </summary>
public interface IBlobIntake
{
    /// <summary>The container whose blobs it takes.</summary>
    string Container { get; }

    /// <summary>False for a blob whose name it leaves alone.</summary>
    bool Takes(string blob);

    /// <summary>Throws what <see cref="TakeAsync"/> would throw for this blob whatever is in it.</summary>
    void Check(string blob);

    /// <summary>Starts the run of this version of the blob. The run's id follows from both, so that taking it twice is one run.</summary>
    /// <returns>The operation's id.</returns>
    Task<string> TakeAsync(string blob, string etag, CancellationToken cancellationToken);
}
