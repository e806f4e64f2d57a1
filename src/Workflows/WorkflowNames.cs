using Understudy.Inference.Pipelines;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Lessons;
using Understudy.Workflows.Requests;
using Understudy.Workflows.Retention;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Rollouts;
using Understudy.Workflows.Shadows;

namespace Understudy.Workflows;

/// <summary>Every workflow and activity by name. The names are part of stored history and never change.</summary>
public static class WorkflowNames
{
    public static readonly WorkflowName<InferRun, InferResult> Infer = new("infer");
    public static readonly WorkflowName<BatchInput, BatchSummary> Batch = new("batch");
    public static readonly WorkflowName<RolloutInput, RolloutResult> Rollout = new("rollout");

    public static readonly WorkflowName<RetrainInput, RetrainResult> Retrain = new("retrain");

    internal static readonly WorkflowName<HardExamplesInput, int> TeachFromEdge = new("edge-lessons");
    internal static readonly WorkflowName<string, int> ClearCancelled = new("clear-cancelled");

    internal static readonly ActivityName<CompressInput, Claim<IReadOnlyList<PipelineItem>>> InferCompress = new("infer-compress");
    internal static readonly ActivityName<StageInput, Claim<IReadOnlyList<PipelineItem>>> InferCascade = new("infer-cascade");
    internal static readonly ActivityName<StageInput, VerifyOutcome> InferVerify = new("infer-verify");
    internal static readonly ActivityName<StageInput, Claim<IReadOnlyList<Answer>>> InferStack = new("infer-stack");

    internal static readonly ActivityName<BatchInput, BatchPlan> SplitBatch = new("batch-split");
    internal static readonly ActivityName<ShardInput, ShardCascade> CascadeShard = new("batch-cascade-shard");
    internal static readonly ActivityName<ShardInput, ShardVerified> VerifyShard = new("batch-verify-shard");
    internal static readonly ActivityName<ShardInput, ShardAnswers> StackShard = new("batch-stack-shard");
    internal static readonly ActivityName<MergeInput, MergeOutput> MergeShards = new("batch-merge");
    internal static readonly ActivityName<BatchCompletedInput, bool> PublishBatchCompleted = new("batch-publish-completed");
    internal static readonly ActivityName<string, int> ClearWork = new("batch-clear-work");

    internal static readonly ActivityName<HardExamplesInput, TaughtFromEdge> TeachFromEdgeStep = new("edge-lessons-ask");

    internal static readonly ActivityName<RetrainInput, LessonSnapshot> RetrainSnapshot = new("retrain-snapshot");
    internal static readonly ActivityName<CurateInput, Curation> RetrainCurate = new("retrain-curate");
    internal static readonly ActivityName<TrainingOrder, bool> RetrainStartTraining = new("retrain-start-training");
    internal static readonly ActivityName<TrainingOrder, TrainingState> RetrainLookAtTraining = new("retrain-look-at-training");
    internal static readonly ActivityName<string, bool> RetrainStopTraining = new("retrain-stop-training");
    internal static readonly ActivityName<GateInput, GateReport> RetrainGate = new("retrain-gate");
    internal static readonly ActivityName<ShadowOrder, bool> BeginShadow = new("retrain-begin-shadow");
    internal static readonly ActivityName<ShadowOrder, ShadowCounts> LookAtShadow = new("retrain-look-at-shadow");
    internal static readonly ActivityName<EndShadowInput, ShadowReport> EndShadow = new("retrain-end-shadow");
    internal static readonly ActivityName<ConcludeInput, ReleaseOutcome> RetrainRelease = new("retrain-release");
    internal static readonly ActivityName<ConcludeInput, ReleaseOutcome> RetrainReject = new("retrain-reject");
    internal static readonly ActivityName<MarkLessonsInput, bool> RetrainMark = new("retrain-mark-lessons");
    internal static readonly ActivityName<RetrainResult, string?> RetrainPublish = new("retrain-publish");
    internal static readonly ActivityName<PruneInput, RetentionReport> RetrainPrune = new("retrain-prune");

    internal static readonly ActivityName<RolloutQuestion, RolloutPlan> PlanRollout = new("rollout-plan");
    internal static readonly ActivityName<RolloutGroup, IReadOnlyList<OfferedSite>> OfferSites = new("rollout-offer");
    internal static readonly ActivityName<RolloutCheck, RolloutHealth> CheckSites = new("rollout-check");
    internal static readonly ActivityName<RolloutGroup, int> WithdrawSites = new("rollout-withdraw");
    internal static readonly ActivityName<RolloutEnd, bool> EndRollout = new("rollout-end");
    internal static readonly ActivityName<RolloutPublication, bool> PublishRollout = new("rollout-publish");
}
