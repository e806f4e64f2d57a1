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

        if (!(audit.InputLevel > 0 && audit.InputLevel <= 0.05))
        {
            problems.Add(FormattableString.Invariant($"task.json: audit.inputLevel is {audit.InputLevel}; it must be above 0 and at most 0.05, such as 0.00001. Leave it out for that."));
        }

        if (!(audit.InputEffect >= 0 && audit.InputEffect <= 10))
        {
            problems.Add(FormattableString.Invariant($"task.json: audit.inputEffect is {audit.InputEffect}; it must be from 0 to 10, such as 0.1. Leave it out for that; raise it to be told of larger changes only."));
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
