using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Budgets;
using Understudy.Inference.Lessons;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Budgets;
using Understudy.Workflows.Cancellation;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;
using Understudy.Workflows.Intake;
using Understudy.Workflows.Lessons;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Quality;
using Understudy.Workflows.Quarantine;
using Understudy.Workflows.Releases;
using Understudy.Workflows.Requests;
using Understudy.Workflows.Retention;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Retraining.Jobs;
using Understudy.Workflows.Rollouts;
using Understudy.Workflows.Shadows;

namespace Understudy.Workflows;

/// <summary>Puts the product's workflows into a host.</summary>
public static class UnderstudyWorkflows
{
    /// <summary>The version of the workflows; raised with every change of the steps of one. <c>host.json</c> has it too.</summary>
    public const int Version = 8;

    /// <summary>
    /// Adds the workflows, their activities and what starts them. The host adds an engine (<see cref="IWorkflowClient"/>), a
    /// <c>BlobServiceClient</c>, a <c>ReleaseCatalog</c>, a <c>JointInference</c>, an <see cref="ITrainer"/> and an <see cref="EventTopic"/>.
    /// </summary>
    public static IServiceCollection AddUnderstudyWorkflows(this IServiceCollection services)
    {
        services.AddOptions<UnderstudyLimits>()
            .BindConfiguration(UnderstudyLimits.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddOptions<LessonOptions>()
            .BindConfiguration(LessonOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<LessonStore>();
        services.AddSingleton<LessonBuffer>();
        services.AddSingleton<ILessonSink>(provider => provider.GetRequiredService<LessonBuffer>());
        services.AddHostedService(provider => provider.GetRequiredService<LessonBuffer>());
        services.AddSingleton<ClaimCheck>();
        services.AddSingleton<IBudgetLedger, BlobBudgetLedger>();
        AddQuality(services);
        services.AddSingleton<WorkLines>();
        services.AddSingleton<BatchStarter>();
        services.AddSingleton<InferStarter>();
        services.AddSingleton<RunCancellation>();
        services.AddOptions<RetrainingOptions>()
            .BindConfiguration(RetrainingOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<LessonShelf>();
        services.AddSingleton<RetrainStarter>();
        services.AddSingleton<LessonRetention>();
        services.AddSingleton<LessonNotices>();
        services.AddSingleton<RunRetention>();
        services.AddOptions<RolloutOptions>()
            .BindConfiguration(RolloutOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<PackageArchive>();
        services.AddSingleton<SiteFolders>();
        services.AddSingleton<RolloutOrder>();
        services.AddSingleton<SiteReports>();
        services.AddSingleton<RolloutStarter>();
        services.AddSingleton(provider => new ReleaseRetention(
            provider.GetRequiredService<ReleaseCatalog>(),
            provider.GetRequiredService<BlobServiceClient>(),
            provider.GetRequiredService<SiteFolders>(),
            provider.GetRequiredService<SiteReports>(),
            provider.GetRequiredService<IWorkflowClient>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReleaseRetention>>()));
        AddIntake(services);
        AddEvents(services);
        return services;
    }

    private static void AddQuality(IServiceCollection services)
    {
        services.AddSingleton<QualityLog>();
        services.AddSingleton<ShadowQueue>();
        services.AddSingleton<IAnswerObserver, AnswerObservers>();
        services.AddSingleton<ShadowStore>();
        services.AddSingleton<ShadowRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<ShadowRunner>());
        services.AddSingleton<QualityStore>();
        services.AddSingleton<QualityFlush>();
        services.AddSingleton<SiteQuality>();
        services.AddSingleton(provider => new QualityReader(
            provider.GetRequiredService<ReleaseCatalog>(),
            provider.GetRequiredService<QualityStore>(),
            provider.GetRequiredService<QualityFlush>(),
            provider.GetRequiredService<SiteQuality>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DriftWatch>();
        services.AddSingleton<QualityAuditor>();
        services.AddHostedService(provider => provider.GetRequiredService<QualityAuditor>());
    }

    private static void AddIntake(IServiceCollection services)
    {
        services.AddOptions<IntakeOptions>()
            .BindConfiguration(IntakeOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IBlobIntake, BatchIntake>();
        services.AddSingleton<IBlobIntake, HardExamplesIntake>();
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
        services.AddSingleton<IEventHandler, TrainingOverHandler>();
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
        .AddWorkflow<ClearCancelledWorkflow, string, int>(WorkflowNames.ClearCancelled)
        .AddWorkflow<TeachFromEdgeWorkflow, HardExamplesInput, int>(WorkflowNames.TeachFromEdge)
        .AddActivity<TeachFromEdgeActivity, HardExamplesInput, TaughtFromEdge>(WorkflowNames.TeachFromEdgeStep)
        .AddWorkflow<RetrainWorkflow, RetrainInput, RetrainResult>(WorkflowNames.Retrain)
        .AddActivity<SnapshotActivity, RetrainInput, LessonSnapshot>(WorkflowNames.RetrainSnapshot)
        .AddActivity<CurateActivity, CurateInput, Curation>(WorkflowNames.RetrainCurate)
        .AddActivity<StartTrainingActivity, TrainingOrder, bool>(WorkflowNames.RetrainStartTraining)
        .AddActivity<LookAtTrainingActivity, TrainingOrder, TrainingState>(WorkflowNames.RetrainLookAtTraining)
        .AddActivity<StopTrainingActivity, string, bool>(WorkflowNames.RetrainStopTraining)
        .AddActivity<GateActivity, GateInput, GateReport>(WorkflowNames.RetrainGate)
        .AddActivity<BeginShadowActivity, ShadowOrder, bool>(WorkflowNames.BeginShadow)
        .AddActivity<LookAtShadowActivity, ShadowOrder, ShadowCounts>(WorkflowNames.LookAtShadow)
        .AddActivity<EndShadowActivity, EndShadowInput, ShadowReport>(WorkflowNames.EndShadow)
        .AddActivity<ReleaseActivity, ConcludeInput, ReleaseOutcome>(WorkflowNames.RetrainRelease)
        .AddActivity<RejectActivity, ConcludeInput, ReleaseOutcome>(WorkflowNames.RetrainReject)
        .AddActivity<MarkLessonsActivity, MarkLessonsInput, bool>(WorkflowNames.RetrainMark)
        .AddActivity<PublishRetrainActivity, RetrainResult, string?>(WorkflowNames.RetrainPublish)
        .AddActivity<PruneReleasesActivity, PruneInput, RetentionReport>(WorkflowNames.RetrainPrune)
        .AddWorkflow<RolloutWorkflow, RolloutInput, RolloutResult>(WorkflowNames.Rollout)
        .AddActivity<PlanRolloutActivity, RolloutQuestion, RolloutPlan>(WorkflowNames.PlanRollout)
        .AddActivity<OfferSitesActivity, RolloutGroup, IReadOnlyList<OfferedSite>>(WorkflowNames.OfferSites)
        .AddActivity<CheckSitesActivity, RolloutCheck, RolloutHealth>(WorkflowNames.CheckSites)
        .AddActivity<WithdrawSitesActivity, RolloutGroup, int>(WorkflowNames.WithdrawSites)
        .AddActivity<EndRolloutActivity, RolloutEnd, bool>(WorkflowNames.EndRollout)
        .AddActivity<PublishRolloutActivity, RolloutPublication, bool>(WorkflowNames.PublishRollout);
}
