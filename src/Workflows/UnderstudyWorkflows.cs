using Microsoft.Extensions.DependencyInjection;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Cancellation;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;
using Understudy.Workflows.Intake;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Quarantine;
using Understudy.Workflows.Releases;
using Understudy.Workflows.Requests;

namespace Understudy.Workflows;

/// <summary>Puts the product's workflows into a host.</summary>
public static class UnderstudyWorkflows
{
    /// <summary>The version of the workflows; raised with every change of the steps of one. <c>host.json</c> has it too.</summary>
    public const int Version = 1;

    /// <summary>
    /// Adds the workflows, their activities and what starts them. The host adds an engine (<see cref="IWorkflowClient"/>), a
    /// <c>BlobServiceClient</c>, a <c>ReleaseCatalog</c>, a <c>JointInference</c> and an <see cref="EventTopic"/>.
    /// </summary>
    public static IServiceCollection AddUnderstudyWorkflows(this IServiceCollection services)
    {
        services.AddOptions<UnderstudyLimits>()
            .BindConfiguration(UnderstudyLimits.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<ClaimCheck>();
        services.AddSingleton<WorkLines>();
        services.AddSingleton<BatchStarter>();
        services.AddSingleton<InferStarter>();
        services.AddSingleton<RunCancellation>();
        AddIntake(services);
        AddEvents(services);
        return services;
    }

    private static void AddIntake(IServiceCollection services)
    {
        services.AddOptions<IntakeOptions>()
            .BindConfiguration(IntakeOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IBlobIntake, BatchIntake>();
        services.AddSingleton<BlobIntakes>();
        services.AddSingleton<BlobReconciler>();
        services.AddSingleton<BlobQuarantine>();
        services.AddSingleton<BlobRedrive>();
        services.AddSingleton<PoisonBlobs>();
    }

    private static void AddEvents(IServiceCollection services)
    {
        services.AddSingleton<IEventHandler, FollowReleaseHandler>();
        services.AddSingleton<IEventHandler, DriftHandler>();
        services.AddSingleton<EventReceiver>();
        services.AddSingleton<ReleaseAnnouncer>();
    }

    /// <summary>Names the workflows and activities to an engine.</summary>
    public static WorkflowRegistry AddUnderstudy(this WorkflowRegistry registry) => registry
        .AddWorkflow<InferWorkflow, InferRun, InferResult>(WorkflowNames.Infer)
        .AddActivity<CompressActivity, CompressInput, Claim<IReadOnlyList<Inference.Pipelines.PipelineItem>>>(WorkflowNames.InferCompress)
        .AddActivity<CascadeActivity, StageInput, Claim<IReadOnlyList<Inference.Pipelines.PipelineItem>>>(WorkflowNames.InferCascade)
        .AddActivity<VerifyActivity, StageInput, VerifyOutcome>(WorkflowNames.InferVerify)
        .AddActivity<StackActivity, StageInput, Claim<IReadOnlyList<Inference.Pipelines.Answer>>>(WorkflowNames.InferStack)
        .AddWorkflow<BatchWorkflow, BatchInput, BatchSummary>(WorkflowNames.Batch)
        .AddActivity<SplitBatchActivity, BatchInput, BatchPlan>(WorkflowNames.SplitBatch)
        .AddActivity<CascadeShardActivity, ShardInput, ShardCascade>(WorkflowNames.CascadeShard)
        .AddActivity<VerifyShardActivity, ShardInput, ShardVerified>(WorkflowNames.VerifyShard)
        .AddActivity<StackShardActivity, ShardInput, ShardAnswers>(WorkflowNames.StackShard)
        .AddActivity<MergeShardsActivity, MergeInput, MergeOutput>(WorkflowNames.MergeShards)
        .AddActivity<PublishBatchCompletedActivity, BatchCompletedInput, bool>(WorkflowNames.PublishBatchCompleted)
        .AddActivity<ClearWorkActivity, string, int>(WorkflowNames.ClearWork)
        .AddWorkflow<ClearCancelledWorkflow, string, int>(WorkflowNames.ClearCancelled);
}
