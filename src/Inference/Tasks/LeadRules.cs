using Understudy.Inference.Leads.Prompts;

namespace Understudy.Inference.Tasks;

/// <summary>What a task may say of its lead.</summary>
internal static class LeadRules
{
    private const string File = "task.json";

    private const int LeastPromptTokens = 64;

    /// <summary>Characters: of an input that is cut to fewer a lead knows too little.</summary>
    private const int LeastInput = 200;

    private static readonly string[] Plugins = ["supercontext", "supericl"];

    public static void Check(TaskDefinition task, List<string> problems)
    {
        TaskRules.OneOf(File, "whenLeadIsAway", task.WhenLeadIsAway, [TaskDefinition.Degrade, TaskDefinition.Wait], problems);
        var lead = task.Lead ?? new();
        TaskRules.OneOf(File, "lead.protocol", lead.Protocol, [LeadDefinition.Local, LeadDefinition.Grpc, LeadDefinition.OpenAi], problems);
        if (task.Plugin is { } plugin)
        {
            TaskRules.OneOf(File, "plugin", plugin, Plugins, problems);
            if (!lead.IsRemote || task.Kind != TaskRules.Classification)
            {
                problems.Add($"{File}: plugin is for a classification task whose lead reads prompts. Give lead.protocol 'grpc' or 'openai', or leave the plugin out.");
            }
        }

        if (!lead.IsRemote)
        {
            Local(lead, problems);
        }
        else
        {
            Remote(lead, problems);
            Room(task, lead, problems);
            if (task.Kind != TaskRules.Classification)
            {
                Writing(lead, problems);
            }
        }

        if (lead.Explain && task.Kind == TaskRules.Classification && !(lead.Protocol == LeadDefinition.OpenAi && lead.Constrained))
        {
            problems.Add($"{File}: lead.explain is true, and the lead can give no reasons. Leave explain out, or give lead.protocol 'openai' and leave lead.constrained true.");
        }

        Within("lead.timeoutSeconds", lead.TimeoutSeconds, 0.01, 3600, problems);
        Within("lead.deadlineSeconds", lead.DeadlineSeconds, 0.01, 3600, problems);
        Times(lead, problems);
        Within("lead.retries", lead.Retries, 0, 20, problems);
        Within("lead.hedgeSeconds", lead.HedgeSeconds ?? 1, 0.001, 3600, problems);
        Within("lead.concurrency", lead.Concurrency, 1, 1024, problems);
        Within("lead.promptTokens", lead.PromptTokens, LeastPromptTokens, 1_000_000, problems);
        Within("lead.answerTokens", lead.AnswerTokens ?? 1, 1, 1_000_000, problems);
        Within("lead.temperature", lead.Temperature ?? 0, 0, 2, problems);
        Within("lead.demonstrations", lead.Demonstrations, 0, 32, problems);
        Within("lead.waitMinutes", lead.WaitMinutes, 0, 7 * 24 * 60, problems);
    }

    private static void Local(LeadDefinition lead, List<string> problems)
    {
        string[] given = [.. new[] { ("endpoint", lead.Endpoint), ("model", lead.Model), ("key", lead.Key) }.Where(field => field.Item2 is not null).Select(field => $"lead.{field.Item1}")];
        if (given.Length > 0)
        {
            problems.Add($"{File}: lead.protocol is '{LeadDefinition.Local}' or missing, which is the release's own lead, and {string.Join(", ", given)} would be for one behind an endpoint. Give lead.protocol 'openai' or 'grpc', or leave the others out.");
        }
    }

    private static void Remote(LeadDefinition lead, List<string> problems)
    {
        if (!Uri.TryCreate(lead.Endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            problems.Add($"{File}: lead.endpoint is '{lead.Endpoint}'; protocol '{lead.Protocol}' needs an address such as https://host:8080/v1. Give the endpoint's.");
        }

        if (string.IsNullOrWhiteSpace(lead.Model))
        {
            problems.Add($"{File}: lead.model is missing; protocol '{lead.Protocol}' needs the model's name at the endpoint. Give it.");
        }
    }

    /// <summary>The instruction and the labels stand in every prompt, and what they leave is the input's.</summary>
    private static void Room(TaskDefinition task, LeadDefinition lead, List<string> problems)
    {
        if (lead.PromptTokens >= LeastPromptTokens && PromptText.LeastTokens(task, LeastInput) is var least && lead.PromptTokens < least)
        {
            problems.Add($"{File}: lead.promptTokens is {lead.PromptTokens}, and beside the instruction and the labels that leaves no room for {LeastInput} characters of an input. Give at least {least}, or shorten them.");
        }
    }

    /// <summary>A deadline alone may be as short as the task likes: an attempt then has no longer either.</summary>
    private static void Times(LeadDefinition lead, List<string> problems)
    {
        if (lead.TimeoutSeconds > lead.DeadlineSeconds && lead.TimeoutSeconds != LeadDefinition.UsualTimeout)
        {
            problems.Add(FormattableString.Invariant($"{File}: lead.timeoutSeconds is {lead.TimeoutSeconds}, and all attempts together have lead.deadlineSeconds, {lead.DeadlineSeconds}. Give a deadline that is at least as long, or a shorter timeout."));
        }
    }

    private static void Writing(LeadDefinition lead, List<string> problems)
    {
        if (lead.Protocol == LeadDefinition.Grpc)
        {
            problems.Add($"{File}: lead.protocol is 'grpc', by which labels are scored. A lead that writes is asked by OpenAI's API, which a Verifier has too: give 'openai' and its address with /v1.");
        }

        if (lead.Explain)
        {
            problems.Add($"{File}: lead.explain is true, and a lead behind an endpoint that writes a text gives no reason beside it. Leave explain out.");
        }
    }

    private static void Within(string field, double value, double least, double most, List<string> problems)
    {
        if (!(value >= least && value <= most))
        {
            problems.Add(FormattableString.Invariant($"{File}: {field} is {value}; it must be from {least} to {most}. Correct it."));
        }
    }
}
