using Understudy.Inference.Tasks;

namespace Understudy.Inference.Quality;

/// <summary>What a task may say of its audit.</summary>
internal static class AuditRules
{
    public static void Check(TaskDefinition task, List<string> problems)
    {
        if (task.Audit is not { } audit)
        {
            return;
        }

        if (!(audit.Share > 0 && audit.Share <= 1))
        {
            problems.Add(FormattableString.Invariant($"task.json: audit.share is {audit.Share}; it must be above 0 and at most 1, such as 0.02. Leave audit out to ask about none."));
        }

        foreach (var (field, value) in new[] { ("windowHours", audit.WindowHours), ("coolDownHours", audit.CoolDownHours) })
        {
            if (!(value >= 1 && value <= 30 * 24))
            {
                problems.Add(FormattableString.Invariant($"task.json: audit.{field} is {value}; it must be from 1 to {30 * 24}. Correct it."));
            }
        }
    }
}
