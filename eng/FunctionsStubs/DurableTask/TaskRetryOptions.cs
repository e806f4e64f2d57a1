namespace Microsoft.DurableTask;

public class TaskRetryOptions
{
    private TaskRetryOptions(RetryPolicy policy) => Policy = policy;

    public RetryPolicy? Policy { get; }

    public static TaskRetryOptions FromRetryPolicy(RetryPolicy policy) => new(policy);
}
