using Microsoft.Extensions.DependencyInjection;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Cancellation;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Requests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows;

/// <summary>Puts the product's workflows into a host.</summary>
public static class UnderstudyWorkflows
{
    /// <summary>
    /// Adds the workflows, their activities and what starts them. The host adds an engine (<see cref="IWorkflowClient"/>), a
    /// <c>BlobServiceClient</c>, a <c>ReleaseCatalog</c>, a <c>JointInference</c> and an <see cref="Events.EventTopic"/>.
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
        services.AddOptions<RolloutOptions>()
            .BindConfiguration(RolloutOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<PackageArchive>();
        services.AddSingleton<SiteFolders>();
        services.AddSingleton<SiteReports>();
        services.AddSingleton<RolloutStarter>();
        return services;
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
        .AddWorkflow<ClearCancelledWorkflow, string, int>(WorkflowNames.ClearCancelled)
        .AddWorkflow<RolloutWorkflow, RolloutInput, RolloutResult>(WorkflowNames.Rollout)
        .AddActivity<PlanRolloutActivity, RolloutInput, RolloutPlan>(WorkflowNames.PlanRollout)
        .AddActivity<OfferSitesActivity, RolloutGroup, IReadOnlyList<OfferedSite>>(WorkflowNames.OfferSites)
        .AddActivity<CheckSitesActivity, RolloutCheck, RolloutHealth>(WorkflowNames.CheckSites)
        .AddActivity<WithdrawSitesActivity, RolloutGroup, int>(WorkflowNames.WithdrawSites)
        .AddActivity<PublishRolloutActivity, RolloutPublication, bool>(WorkflowNames.PublishRollout);
}
