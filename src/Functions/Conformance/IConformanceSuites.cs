using Understudy.Workflows.Durable;

namespace Understudy.Functions.Conformance;

/// <summary>The tests of the workflow port, as an assembly beside the app brings them. They run in the app's process, on its engine.</summary>
public interface IConformanceSuites
{
    /// <summary>Adds the workflow and the activities that the tests script.</summary>
    void AddTo(WorkflowRegistry registry);

    /// <summary>Runs a test; one at a time, the others wait.</summary>
    /// <param name="suite">The class, for example <c>TimerSuite</c>.</param>
    /// <param name="test">The method.</param>
    /// <param name="client">The engine's.</param>
    /// <returns>How it ended; null when there is no such test.</returns>
    Task<ConformanceResult?> RunAsync(string suite, string test, IWorkflowClient client, CancellationToken cancellationToken);
}
