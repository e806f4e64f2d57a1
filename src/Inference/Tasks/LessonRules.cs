namespace Understudy.Inference.Tasks;

/// <summary>What a task may say of its lessons.</summary>
internal static class LessonRules
{
    public static void Check(TaskDefinition task, List<string> problems)
    {
        var (lessons, lead) = (task.Lessons, task.Lead ?? new());
        if (lessons.RetentionDays is < 1 or > 3650)
        {
            problems.Add($"task.json: lessons.retentionDays is {lessons.RetentionDays}; it must be 1 to 3650. To store none, set lessons.keep to false.");
        }

        var speaks = lead.Protocol == LeadDefinition.OpenAi;
        if (lessons.TopLogprobs is < 0 or > LessonPolicy.MostLogprobs)
        {
            problems.Add($"task.json: lessons.topLogprobs is {lessons.TopLogprobs}; it must be 0 to {LessonPolicy.MostLogprobs}. Leave it out to keep none.");
        }
        else if (lessons.TopLogprobs > 0 && (task.Kind != TaskRules.Generation || lead.IsRemote) && !(speaks && lead.Probabilities))
        {
            problems.Add($"task.json: lessons.topLogprobs is {lessons.TopLogprobs}, and the lead gives no tokens with log-probabilities. Leave it out, or give a lead of protocol 'openai' with lead.probabilities.");
        }

        if (lessons.Rationale && !(speaks && lead.Constrained && task.Kind == TaskRules.Classification))
        {
            problems.Add("task.json: lessons.rationale is true, and the lead can give no reasons. Leave it out, or give a task of classification a lead of protocol 'openai' with lead.constrained.");
        }
    }
}
