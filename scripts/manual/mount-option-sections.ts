import { mountOptionTexts } from "../../daemons/cli/core/mount-help.ts";
import { OPTIONS } from "../../daemons/client/core/mount-option-table.ts";
import type { Section } from "./page.ts";
import { sentence } from "./program-page.ts";

/** What may stand after `-o`, and what may not, from the table by which it is read. */
export function mountOptionSections(): readonly Section[] {
  const refused = [...OPTIONS].flatMap(([name, row]) => (row.kind === "refused" ? [[name, row.because] as const] : []));
  const reasons = [...new Set(refused.map(([, because]) => because))];
  return [
    {
      title: "MOUNT OPTIONS",
      blocks: [
        { kind: "terms", entries: mountOptionTexts().map(({ written, text }) => [`\`${written}\``, sentence(text)]) },
      ],
    },
    {
      title: "REFUSED OPTIONS",
      blocks: [
        { kind: "paragraph", text: "These words of others cannot be had here, and a mount with one of them fails:" },
        {
          kind: "terms",
          entries: reasons.map((reason) => [
            refused.flatMap(([name, because]) => (because === reason ? [`\`${name}\``] : [])).join(", "),
            sentence(reason),
          ]),
        },
      ],
    },
  ];
}
